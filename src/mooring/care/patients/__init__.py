"""The patient as a person in care.

**Owns** patients, their care team, contacts and standing facts.
**Does not own** observations, answers, treatments.
**Uses** identity, audit.
**Start reading at** `models.py`.
"""
