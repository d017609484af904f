"""Questions of learners and answers of faculty, at the passage that they are about.

**Owns** threads, posts with their edits, reports, moderation, subscriptions.
**Does not own** courses and lessons (courses), who is enrolled (learning).
**Uses** learning, courses, work, the guard against patient data in content.
**Start reading at** `actions.py`, then `mooring.content.patient_guard`.
"""
