"""How often Python searches for rings of unused objects; everything else is freed at once, without a search."""

import gc

NEW_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES = 50_000, 20, 100
"""Python's own are 700, 10 and 10: a search with about every page, now and then through all that a process holds."""


def search_seldom() -> None:
    """Search after many new objects only, and never again through what is there now."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES)
