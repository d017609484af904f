"""The shapes of a dose, as a prescriber is asked for them."""
