"""The library's version; the distribution reads it from here."""

__version__ = "0.2.0"
