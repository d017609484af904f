"""The pages of this room: treatments, cycles, dose orders."""
