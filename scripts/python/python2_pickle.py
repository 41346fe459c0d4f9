"""Pickles of Python 2's default protocol 0, whose strings are byte strings (opcode S)."""

import pickle


class Python2Pickler(pickle._Pickler):  # pylint: disable=protected-access
    """Extends the pure Python pickler, the only one whose opcodes can be changed."""

    dispatch = dict(pickle._Pickler.dispatch)  # pylint: disable=protected-access

    def save_str(self, text):
        """Writes the text as `S'...'`; repr of an ASCII string is the same in Python 2 and 3."""
        self.write(b"S" + repr(text).encode("ascii") + b"\n")
        self.memoize(text)

    dispatch[str] = save_str


def dump(value, file):
    """Writes one value."""
    Python2Pickler(file, protocol=0).dump(value)
