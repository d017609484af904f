"""Random numbers that belong to a subject: counter-based (Philox), keyed by seed and stream.

Subject i owns its own counters, so its numbers are the same however the population is cut into chunks,
threads or workers, and however large the population is.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
WORDS_PER_COUNTER = 4


def uniforms(*, seed: int, stream: int, start: int, stop: int, width: int) -> Array:
    """Uniform numbers inside (0, 1), (stop − start, width), of subjects start … stop − 1."""
    counters = -(-width // WORDS_PER_COUNTER)
    bits = np.random.Philox(key=[seed, stream], counter=[start * counters, 0, 0, 0])
    words = bits.random_raw((stop - start) * counters * WORDS_PER_COUNTER).reshape(stop - start, -1)
    result: Array = ((words[:, :width] >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return result


def normals(*, seed: int, stream: int, start: int, stop: int, width: int) -> Array:
    """Standard normal numbers (stop − start, width), by Box and Muller's transform."""
    pairs = -(-width // 2)
    u = uniforms(seed=seed, stream=stream, start=start, stop=stop, width=2 * pairs)
    # The logarithm of a row that stands alone may differ in its last bit from that of a row between others.
    first, second = np.ascontiguousarray(u[:, :pairs]), np.ascontiguousarray(u[:, pairs:])
    radius = np.sqrt(-2.0 * np.log(first))
    angle = 2.0 * np.pi * second
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)[:, :width]
