"""Courses as files, published as versions that never change.

**Owns** courses and their published versions, with every file of them.
**Does not own** the folder's schemas and lint (content), progress (learning).
**Uses** content, references, identity.
**Start reading at** `actions.py`, then `queries.parsed`.
"""
