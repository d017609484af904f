"""What the library refuses, and what it answers with a warning."""


class PharmacologyError(ValueError):
    """Something that cannot be simulated as asked; the text says what and how to go on."""


class UnitError(PharmacologyError):
    """A quantity without a unit, with a unit of the wrong kind, or beyond what a person could be given."""


class EventError(PharmacologyError):
    """An event table that cannot be read; the text names the row and the column."""


class MissingExtra(PharmacologyError):
    """An optional package that a call needs is not installed; the text names the extra."""


class RangeWarning(UserWarning):
    """A covariate lies outside the range that the model was fitted on; the answer is an extrapolation."""
