"""What left the house: to whom, why, under which consent; which records are marked as of 42 CFR part 2.

**Owns** disclosures, the consents to them, marks at the source, accounting by each law's window.
**Does not own** what is exported (desk), consents to treatment, the rules themselves (content).
**Uses** patients, identity, content.
**Start reading at** `actions.py`.
"""
