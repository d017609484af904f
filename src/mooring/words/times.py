"""The clock: `14:06`, `14:06:32`, minutes since a start as `+30`; 24 hours in every language.

Each function takes the local time of whoever reads: the zone is chosen by the caller. Days and spans have
names of days, months and units in them and stand in `sentences`, translated.
"""

import math
from datetime import datetime, time

from mooring.words.numbers import NOTHING


def clock(local: datetime | time, *, seconds: bool = False) -> str:
    """`14:06`, or `14:06:32` with seconds. Raises ValueError for a moment without a zone."""
    if isinstance(local, datetime) and local.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {local}")
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"


def minute(minutes: float | None) -> str:
    """Minutes since the start of a session: `+30`, `0`, `−3`."""
    if minutes is None:
        return NOTHING
    whole = math.floor(minutes)
    return f"+{whole}" if whole > 0 else f"−{-whole}" if whole < 0 else "0"
