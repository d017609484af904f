"""All rooms at a glance.

**Owns** the floor board, and the screens on a wall that may show it.
**Does not own** any record: every line is folded from a session's log.
**Uses** sessions.
**Start reading at** `queries.py`.
"""
