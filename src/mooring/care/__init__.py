"""The treatment: one Django app per room, in the order a patient walks (docs/map.md)."""
