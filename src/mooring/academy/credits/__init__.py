"""Credit that counts.

**Owns** offerings, claims, certificates, badges.
**Does not own** what a credential lets one do (identity).
**Uses** checks, identity.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
