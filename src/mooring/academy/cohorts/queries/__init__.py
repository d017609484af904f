"""Reads of this room, a file for each thing that they are about."""
