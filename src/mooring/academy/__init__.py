"""The courses: one Django app per room."""
