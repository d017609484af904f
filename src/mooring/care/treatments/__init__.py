"""A person's row of dose cycles.

**Owns** treatment, dose cycle, preparation, readiness, dose order.
**Does not own** the session log (sessions).
**Uses** consents, screening, observations.
**Start reading at** `models.py`.
"""
