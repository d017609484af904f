"""The forms of the esketamine programme: each session's monitoring form, its clock, enrolment, the device log.

**Owns** monitoring forms as signed, sent and confirmed; the board by days left; the reminders of day 6 and day 7.
**Does not own** what a form says of a session (sessions), the devices (stock), what left (disclosures).
**Uses** sessions, stock, observations, papers, disclosures, content (`forms`, `limits`).
**Start reading at** `queries/filling.py`: which field is read out of which fact.
"""
