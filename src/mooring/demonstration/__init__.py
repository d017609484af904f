"""The demonstration clinic: made-up people and figures, deterministic, relative to today.

**Owns** the demonstration's people, their stories, and the one-tap sign-in.
**Does not own** any table; it writes the rooms' own.
**Uses** every room.
**Start reading at** `loading.py`.
"""
