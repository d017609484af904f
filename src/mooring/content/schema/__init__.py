"""The typed form of every kind of knowledge; one file a kind, `base.py` first."""
