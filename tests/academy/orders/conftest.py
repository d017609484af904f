"""Post-test and evaluation as the tests of credit say they stand."""

from tests.academy.credits.crediting import checks_as_told

__all__ = ["checks_as_told"]
