"""Pickles as Python 2's default protocol 0 wrote them: strings are byte strings (opcode S)."""

import pickle


class Python2Pickler(pickle._Pickler):  # pylint: disable=protected-access
    """Only the pure Python pickler lets the opcodes of a type be changed."""

    dispatch = dict(pickle._Pickler.dispatch)  # pylint: disable=protected-access

    def save_str(self, text):
        """Writes the text as `S'...'`. Both Pythons show an ASCII string in the same way."""
        self.write(b"S" + repr(text).encode("ascii") + b"\n")
        self.memoize(text)

    dispatch[str] = save_str


def dump(value, file):
    """Writes one value."""
    Python2Pickler(file, protocol=0).dump(value)
