"""Values from a formula that Python and Java both compute, so that no file stores them."""

import numpy as np

MASK = (1 << 64) - 1


def splitmix64(state):
    """One output of splitmix64 for a 64-bit state."""
    mixed = (state + 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return mixed ^ (mixed >> 31)


def fnv1a64(text):
    """The 64-bit FNV-1a hash of a text's UTF-8 bytes."""
    hashed = 0xCBF29CE484222325
    for byte in text.encode("utf-8"):
        hashed = ((hashed ^ byte) * 0x100000001B3) & MASK
    return hashed


class FormulaValues:
    """Values in [-0.7, 0.7) from the case's seed, the tensor's name and the flat position."""

    def __init__(self, seed):
        self._seed = seed

    def __call__(self, name, shape):
        base = self._seed * 1000003 + fnv1a64(name) * 31
        count = int(np.prod(shape, dtype=np.int64))
        values = [
            ((splitmix64((base + k) & MASK) >> 40) / 16777216.0 * 2.0 - 1.0) * 0.7
            for k in range(count)
        ]
        return np.array(values, dtype=np.float64).astype(np.float32).reshape(shape)
