"""What went wrong, and what may go wrong later.

**Owns** the register of adverse events and incidents, their assessments and reports.
**Does not own** the live alerts of a session (sessions), the long-term checks of the gate (treatments).
**Uses** patients, treatments.
**Start reading at** `models.py`.
"""
