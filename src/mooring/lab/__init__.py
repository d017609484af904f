"""The simulator's pages.

**Owns** the lab's pages and their addresses.
**Does not own** the numbers (pharmacology).
**Uses** pharmacology.
**Start reading at** `views.py`.
"""
