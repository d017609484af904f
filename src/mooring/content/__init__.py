"""Clinical and teaching knowledge as dated data with sources.

**Owns** the content files, their schemas, the loader and the lint.
**Does not own** how a threshold is applied (rules), who signs a pack (knowledge).
**Uses** references.
**Start reading at** `loader.py`.
"""
