"""Registers: what learners ask for, what they complain of, and the file of each activity that an accreditor reads.

**Owns** accommodations, grievances, papers and sign-offs of an activity, its commercial support.
**Does not own** refunds (orders), disclosures and roles (credits), the binder that puts it all together (reports).
**Uses** courses, learning, work.
**Start reading at** `models.py`, then `actions/`.
"""
