"""All rooms at a glance.

**Owns** the floor board.
**Does not own** any record.
**Uses** every care room.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
