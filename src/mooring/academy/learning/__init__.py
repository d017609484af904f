"""A learner on a way through a course.

**Owns** enrolments, access, progress.
**Does not own** answers (checks).
**Uses** courses.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
