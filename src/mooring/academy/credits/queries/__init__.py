"""Reads of this room, a file for each question that is asked of it."""
