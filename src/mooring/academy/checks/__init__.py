"""The player: lessons with their questions in place, the post-test, cases, the evaluation, spaced review.

**Owns** answers, attempts at the post-test, corrections of keys, runs of cases, evaluations, review cards.
**Does not own** enrolments and progress (learning), credit (credits), how an answer is marked (content).
**Uses** courses, learning, work.
**Start reading at** `models.py`, then `actions/`.
"""
