"""Decisions and folds: frozen dataclasses in, a Verdict or a state out.

**Owns** how knowledge is applied to facts.
**Does not own** the knowledge itself (content); storing anything.
**Uses** content types.
**Start reading at** `verdict.py`.
"""
