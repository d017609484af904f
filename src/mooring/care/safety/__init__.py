"""What went wrong, and what may go wrong later.

**Owns** adverse events, long-term follow-up.
**Does not own** the live alerts of a session (sessions).
**Uses** patients.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
