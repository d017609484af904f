"""Reads of the player."""
