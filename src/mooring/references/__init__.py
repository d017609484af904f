"""The one bibliography.

**Owns** bibliographic records (CSL fields), their keys and AMA formatting.
**Does not own** what a reference is used for.
**Uses** nothing.
**Start reading at** `bibliography.py`.
"""
