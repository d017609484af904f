"""Pages of the register: the register itself, one event and what is recorded about it."""
