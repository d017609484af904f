"""The acts of this room, a file for what belongs together."""

from mooring.care.papers.actions.letterhead import save_practice

__all__ = ["save_practice"]
