"""The pages of this room: what left and under which consent; what is kept how long, and erasing it."""
