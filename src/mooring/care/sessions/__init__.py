"""The dosing session and its log.

**Owns** the append-only session log, time-out, discharge, sign-off.
**Does not own** the order (treatments), what comes after (integration).
**Uses** treatments, rules.
**Start reading at** `actions/__init__.py`.
"""
