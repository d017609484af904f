"""Acts of the player, a file for each kind."""
