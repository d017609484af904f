"""How a person is named: by the name they chose; by the legal name where law or a label asks for it."""


def name_in_use(*, chosen: str, legal: str) -> str:
    """What a person is called on pages and in letters: the chosen name, else the legal one."""
    return chosen or legal


def both_names(*, chosen: str, legal: str) -> str:
    """For labels, orders and documents: `Alexandra Reyes (Alex)`; the legal name alone where none was chosen."""
    return f"{legal} ({chosen})" if chosen and chosen != legal else legal
