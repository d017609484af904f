"""What a worker does with its memory: when Python searches for rings of unused objects, and what the system gets back.

Most objects are freed at once, without a search; a request and its page are a ring, and wait for one. Measured over
patients, knowledge, people and the audit: 239 MB after 1,000 pages without what stands here, 154 MB with it, for a
fortieth more processor time.
"""

import ctypes
import gc

NEW_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES = 20_000, 10, 10
"""Python's own are 700, 10 and 10: a search with about every page, now and then through all that a process holds."""

MAPPED_FROM, TRIMMED_FROM, ARENAS = -3, -1, -8
"""glibc's names for its settings (malloc.h): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX."""
LARGE_BYTES = 128 * 1024
"""glibc's own to begin with; left alone, it grows to 32 MB with what was freed, and nothing below is given back."""


def search_seldom() -> None:
    """Search after many new objects only, and never again through what is there now."""
    gc.collect()  # what is unused now would be kept for good
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES)


def give_back_what_is_large() -> None:
    """Have glibc return large pieces to the system when they are freed; another C library is left as it is."""
    change = getattr(ctypes.CDLL(None), "mallopt", None)
    if change is not None:
        for setting, value in ((MAPPED_FROM, LARGE_BYTES), (TRIMMED_FROM, LARGE_BYTES), (ARENAS, 2)):
            change(setting, value)
