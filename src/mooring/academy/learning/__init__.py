"""A learner on a way through a course.

**Owns** enrolments, access to a course, progress, the player.
**Does not own** the content (courses), answers (checks), credit (credits).
**Uses** courses, identity, work.
**Start reading at** `actions.py`, then `access.py`.
"""
