"""Template tags of the shell. `{% load mooring_ui %}` brings them all."""
