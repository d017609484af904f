"""Dated facts measured on or told about a patient.

**Owns** weight, blood pressure, laboratory values, medicines, allergies, confirmed conditions.
**Does not own** the live values of a dosing session (sessions).
**Uses** patients.
**Start reading at** `models.py`.
"""
