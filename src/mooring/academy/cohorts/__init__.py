"""Cohorts: a group that studies a course together, with live slots, practice in triads, and a certificate by its own rule.

**Owns** cohorts, applications, places, live slots, pre-work, attendance, make-up work, triads, practice sheets, letters.
**Does not own** lessons and their progress (learning, checks), the certificate itself (credits).
**Uses** courses, learning, checks, events (the code of the moment), credits, work.
**Start reading at** `models.py`, then `actions/`, then `queries/progress.py`.
"""
