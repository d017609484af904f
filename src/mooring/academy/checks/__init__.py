"""Questions and answers.

**Owns** attempts, answers, item analysis.
**Does not own** credit (credits).
**Uses** learning.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
