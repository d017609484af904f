"""Whether this treatment may be considered for this person.

**Owns** screening answers, findings confirmed or refuted, the prescriber's decision.
**Does not own** the conditions themselves (content), how they are applied (rules).
**Uses** observations, measures, work.
**Start reading at** `actions.py`.
"""
