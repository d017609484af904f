"""The pages of this room: forms with their clock, and the programme itself: settings and patients."""
