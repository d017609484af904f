"""Who people are and what they may do.

**Owns** people, sites, policies, roles, permissions, credentials, sign-in.
**Does not own** patients' records.
**Uses** audit, rules.verdict, content.requirements.
**Start reading at** `permissions.py`.
"""
