"""Whether it works for this patient.

**Owns** scores against doses, response and remission in words, the end of a treatment.
**Does not own** the scores (measures).
**Uses** treatments, measures, rules.
**Start reading at** `views.py`.
"""
