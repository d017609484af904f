"""The esketamine programme (REMS) as people meet it: its pages, papers and forms.

**Owns** monitoring forms as signed, sent and confirmed; the board by days left; the reminders of day 6 and day 7; the
pages and papers of certification and enrolment.
**Does not own** the records of certification, enrolment and verification (safety: the gate of a dose reads them), what a
form says of a session (sessions), the devices (stock), what left (disclosures).
**Uses** safety, sessions, stock, observations, papers, disclosures, content (`forms`, `limits`).
**Start reading at** `queries/filling.py`: which field is read out of which fact; `views/programme.py`.
"""
