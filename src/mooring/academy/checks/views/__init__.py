"""Pages of the player."""
