"""The second door: FHIR R4 to the same access and actions as the pages.

**Owns** the mapping to and from FHIR.
**Does not own** any act.
**Uses** access and actions of every room.
**Start reading at** `__init__.py`; nothing is built here yet.
"""
