"""Who is where, when.

**Owns** rooms, chairs, appointments.
**Does not own** target dates of cycles (treatments).
**Uses** identity, treatments.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
