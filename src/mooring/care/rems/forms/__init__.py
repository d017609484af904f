"""What a person types in this room."""
