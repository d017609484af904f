"""Trials and meta-analysis.

**Owns** pooling of trials and its numbers.
**Does not own** the trials themselves (content).
**Uses** content, references.
**Start reading at** `meta.py`.
"""
