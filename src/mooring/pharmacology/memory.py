"""Whether an array fits this machine, asked before it is made."""

import os
from math import prod

from mooring.pharmacology.errors import PharmacologyError

SHARE_OF_FREE = 0.7


def free_bytes() -> int:
    """Memory that can be had now; a modest guess where the system does not say."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 2 * 1024**3


KEEP_LESS = 'store="metrics", store="quantiles", fewer outputs, a larger `every`, or store="zarr:PATH"'


def check_fits(shape: tuple[int, ...], *, bytes_each: int = 8, way_out: str = KEEP_LESS) -> None:
    """Raises `PharmacologyError` with the way out when an array of `shape` would not fit."""
    needed = prod(shape) * bytes_each
    if needed > SHARE_OF_FREE * free_bytes():
        raise PharmacologyError(
            f"{shape[0]} people at {shape[-1]} times need {needed / 1e9:.1f} GB of memory, more than is free; "
            f"keep less: {way_out}"
        )
