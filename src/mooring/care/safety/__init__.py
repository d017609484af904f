"""What went wrong, and what may go wrong later.

**Owns** the register of adverse events and incidents, their assessments and reports; what the gate of a dose asks of
esketamine's programme: certification, enrolment, verification.
**Does not own** the live alerts of a session (sessions), the programme's pages, papers and forms (rems).
**Uses** patients, treatments.
**Start reading at** `models/register.py`.
"""
