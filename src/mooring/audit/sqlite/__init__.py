"""SQLite as a database engine of the framework whose writers wait for each other without dozing (`base.py`)."""
