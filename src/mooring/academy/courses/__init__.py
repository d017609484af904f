"""Courses as files, published as versions.

**Owns** published course versions.
**Does not own** progress (learning).
**Uses** content, identity.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
