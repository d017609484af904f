"""From a first word of interest to a decision to screen.

**Owns** interest forms, leads, the fit call.
**Does not own** screening.
**Uses** patients, work.
**Start reading at** `actions.py`.
"""
