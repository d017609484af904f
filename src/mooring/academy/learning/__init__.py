"""A learner on a way through a course.

**Owns** enrolments, access to a course, progress, the overview of a course.
**Does not own** the content (courses), lessons as they are read and answers (checks), credit (credits).
**Uses** courses, identity, work.
**Start reading at** `actions.py`, then `access.py`.
"""
