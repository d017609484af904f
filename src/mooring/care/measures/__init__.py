"""Questionnaires and their scores.

**Owns** filled questionnaires, drafts, scores, the watch over item answers.
**Does not own** what an instrument is (content), what a score means over time (outcomes).
**Uses** patients, rules.scoring.
**Start reading at** `models.py`.
"""
