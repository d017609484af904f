"""What the patient agreed to, in which text.

**Owns** consent records, withdrawals, touch consent.
**Does not own** the texts (content).
**Uses** patients, content.
**Start reading at** `actions.py`.
"""
