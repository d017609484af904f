"""Acts of this room, a file for each part of a cohort's life."""
