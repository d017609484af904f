"""Pages of this room, a file for each register."""
