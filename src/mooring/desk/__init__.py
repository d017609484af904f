"""Pages that cross rooms: my work, the record, the timeline, the next step, people and sites, audit, a course.

**Owns** the pages that no single room could answer, and their order on the screen.
**Does not own** any table, act or rule; what a room knows of a patient the room says itself.
**Uses** access and queries of every room.
**Start reading at** `my_work.py`.
"""
