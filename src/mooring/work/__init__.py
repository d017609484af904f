"""What is owed, to whom, by when.

**Owns** tasks, single-task links, the outbox, the clock.
**Does not own** what a task is about.
**Uses** identity, audit.
**Start reading at** `models.py`.
"""
