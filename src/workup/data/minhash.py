"""Keys by which texts that share most of their words meet: MinHash in bands (Broder 1997)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Sixteen bands of four: texts whose 4-byte shingles overlap by half share a key with probability 0.64,
# by 0.7 with 0.99, unrelated cases (0.15) with 0.01. bench/overlap.py measures what is missed.
_BANDS, _ROWS = 16, 4
_SHINGLE = 4

_random = np.random.default_rng(0)
# Each odd factor permutes the 32-bit numbers (min-wise linear permutations, Bohman, Cooper and Frieze 2000).
_PERMUTATIONS = _random.integers(2**32, size=(_BANDS * _ROWS, 1), dtype=np.uint32) | np.uint32(1)
_FOLDS = _random.integers(2**64, size=(_BANDS, _ROWS), dtype=np.uint64) | np.uint64(1)


def band_keys(text: str) -> list[int]:
    """Sixteen 64-bit keys of a text: two texts that overlap much have at least one in common."""
    data = text.encode().ljust(_SHINGLE)
    # Every four successive bytes are a 32-bit number already.
    shingles = np.ndarray((len(data) - _SHINGLE + 1,), "<u4", data, strides=(1,))
    smallest = (_PERMUTATIONS * _mixed(shingles)).min(axis=1)
    keys: list[int] = (_FOLDS * smallest.reshape(_BANDS, _ROWS)).sum(axis=1).tolist()
    return keys


def _mixed(numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """MurmurHash3's finalizer: letters differ in few bits, their hashes in half of them."""
    mixed: npt.NDArray[np.uint32] = numbers ^ (numbers >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed
