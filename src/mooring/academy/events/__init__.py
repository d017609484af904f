"""The speaker series: live events with registration, reminders, attendance, and their recordings.

**Owns** events, registrations, attendance.
**Does not own** a recording's own activity (a course, courses), credit (credits).
**Uses** courses, learning, work.
**Start reading at** `actions.py`, then `queries.py`.
"""
