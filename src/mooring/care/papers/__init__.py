"""Papers that fall out of the record, and papers that come in.

**Owns** the site's letterhead, issued papers with their data, uploaded files and what they were filed to.
**Does not own** what the papers say (each room's facts), whom they were sent to (disclosures), REMS forms (rems).
**Uses** sessions, treatments, outcomes, observations, disclosures, work's documents.
**Start reading at** `kinds/__init__.py`: a file a paper; `actions/issuing.py` signs and sends them.
"""
