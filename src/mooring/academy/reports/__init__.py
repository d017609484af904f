"""Reports to bodies and to oneself: files that are made, checked, downloaded, and what became of them.

**Owns** report files with their rows, the numbers by which bodies know a course, the audit binder.
**Does not own** certificates and profiles (credits), progress (learning), evaluations (checks); nothing is sent from here.
**Uses** credits, checks, learning, courses, the field lists in content.
**Start reading at** `actions/reports.py`, then `queries/rows.py`.
"""
