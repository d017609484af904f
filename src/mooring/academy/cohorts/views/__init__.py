"""Pages of this room: for who applies and takes part, and for who leads."""
