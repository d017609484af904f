"""What a learner may claim, and the paper and badge that prove it.

**Owns** pauses of offerings, roles of course makers with their disclosures and mitigation, claims, certificates
with their papers and badges, recognised badges, the academy's signing keys.
**Does not own** credentials (identity), offerings and statements (content), how documents are signed (work).
**Uses** courses, learning, checks.
**Start reading at** `queries/completion.py`, then `actions/certificates.py`.
"""
