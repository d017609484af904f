"""What the patient makes of it.

**Owns** the 24 to 72 h contact, integration visits.
**Does not own** the session itself.
**Uses** sessions, work.
**Start reading at** `actions.py`.
"""
