"""What is typed in this room: for the register, for the safety programme."""
