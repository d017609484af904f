"""Pages of this room: what a buyer does, what a manager does, what the provider sends."""
