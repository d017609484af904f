"""Who did and who saw what, kept so that it cannot be changed unseen.

**Owns** events, the access log, seals, append-only tables.
**Does not own** people (it stores them as text).
**Uses** the database.
**Start reading at** `recording.py`.
"""
