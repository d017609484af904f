"""The controlled-drug ledger.

**Owns** registrations, safes, lots, containers, the append-only ledger, witnesses, counts, discrepancies, closed days.
**Does not own** what was ordered (treatments), what was given when (sessions says it through `book_dose`).
**Uses** treatments, identity, work, audit.
**Start reading at** `actions/entries.py`, and `rules/ledger.py` for the arithmetic.
"""
