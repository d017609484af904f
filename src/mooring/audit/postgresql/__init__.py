"""PostgreSQL as a database engine of the framework, with cursors whose statements the server plans once (`base.py`)."""
