"""The controlled-drug ledger.

**Owns** containers, draws, waste, counts, balances.
**Does not own** what was ordered (treatments).
**Uses** identity, audit.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
