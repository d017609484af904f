"""What a person at the command line can put right."""


class Mistake(Exception):
    """Said in one line, with the next step; the command ends with exit code 2."""
