"""The acts of this room; a file for each thing that is acted on."""

from mooring.care.treatments.actions.cycles import move_cycle

__all__ = ["move_cycle"]
