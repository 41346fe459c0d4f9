"""Compares two folders of goldens: `compare_goldens.py COMMITTED NEW`.

Files of a TensorFlow version that wrote none of the new files are left out.

Exit code 0 if they agree, 1 if a file is missing or extra, a structure differs, or numbers
differ by more than rounding. README.md defines the rounding that is allowed.
"""

import argparse
import json
import os
import re
import sys

RELATIVE, ABSOLUTE = 2e-6, 2e-7
# A loss is a sum of terms that cancel: with other matrix kernels it changed by 8e-7.
LONE_ABSOLUTE = 5e-6


class Comparison:
    """Collects the differences, one line each."""

    def __init__(self):
        self.differences = []

    def folders(self, committed, new):
        """Compares all files."""
        names, new_names = set(os.listdir(committed)), set(os.listdir(new))
        if not new_names:
            self.differences.append(f"{new}: no file was generated")
        versions = {_version(name) for name in new_names}
        names = {name for name in names if _version(name) in versions}
        for name in sorted(names - new_names):
            self.differences.append(f"{name}: committed, but no longer generated")
        for name in sorted(new_names - names):
            self.differences.append(f"{name}: generated, but not committed")
        for name in sorted(names & new_names):
            self._files(name, os.path.join(committed, name), os.path.join(new, name))

    def documents(self, name, old, new):
        """Compares two documents."""
        self._values(name, old, json.loads(json.dumps(new)), Rounding())

    def _files(self, name, committed, new):
        with open(committed, "rb") as file:
            old_bytes = file.read()
        with open(new, "rb") as file:
            new_bytes = file.read()
        if not name.endswith(".json"):
            if old_bytes != new_bytes:
                self.differences.append(f"{name}: the bytes differ")
            return
        self._values(name, json.loads(old_bytes), json.loads(new_bytes), Rounding())

    def _values(self, place, old, new, rounding):
        if isinstance(old, dict) and isinstance(new, dict):
            self._dictionaries(place, old, new, rounding.within(old))
        elif isinstance(old, list) and isinstance(new, list):
            self._lists(place, old, new, rounding)
        elif _is_float(old) and _is_float(new):
            self._numbers(place, [old], [new], rounding.of_a_lone_number())
        elif type(old) is not type(new) or old != new:
            self.differences.append(f"{place}: committed {_short(old)}, generated {_short(new)}")

    def _dictionaries(self, place, old, new, rounding):
        if list(old) != list(new):
            self.differences.append(
                f"{place}: committed keys {_short(list(old))}, generated {_short(list(new))}"
            )
            return
        for key in old:
            self._values(f"{place} > {key}", old[key], new[key], rounding)

    def _lists(self, place, old, new, rounding):
        if len(old) != len(new):
            self.differences.append(
                f"{place}: committed {len(old)} values, generated {len(new)}"
            )
        elif any(map(_is_float, old)) and all(map(_is_number, old + new)):
            self._numbers(place, old, new, rounding)
        else:
            for k, (old_part, new_part) in enumerate(zip(old, new)):
                self._values(f"{place}[{_label(old_part, k)}]", old_part, new_part, rounding)

    def _numbers(self, place, old, new, rounding):
        scale = max(abs(value) for value in old)
        gaps = [abs(a - b) for a, b in zip(old, new)]
        too_far = [k for k, gap in enumerate(gaps) if gap > rounding.allowed(old[k], scale)]
        if too_far:
            worst = max(too_far, key=lambda k: gaps[k])
            self.differences.append(
                f"{place}: {len(too_far)} of {len(old)} numbers differ, most at position {worst}:"
                f" committed {old[worst]}, generated {new[worst]},"
                f" difference {gaps[worst]:.3g}, allowed {rounding.allowed(old[worst], scale):.3g}"
            )


class Rounding:
    """The allowed difference of numbers; a dictionary may set it for everything inside."""

    def __init__(self, exact=False, tolerance=None, absolute=ABSOLUTE):
        self._exact = exact
        self._tolerance = tolerance
        self._absolute = absolute

    def of_a_lone_number(self):
        """The rule for a number that is not part of a list."""
        return Rounding(self._exact, self._tolerance, LONE_ABSOLUTE)

    def within(self, dictionary):
        """The rule inside a dictionary, whose keys `exact` and `tolerance` may change it."""
        return Rounding(
            dictionary.get("exact", self._exact), dictionary.get("tolerance", self._tolerance)
        )

    def allowed(self, value, scale):
        """`scale` is the largest number of the tensor; its sums are rounded to that size."""
        if self._exact:
            return 0.0
        if self._tolerance is not None:
            return self._tolerance * scale
        return RELATIVE * abs(value) + self._absolute * max(1.0, scale)


def _version(name):
    """The TensorFlow version in a file's name; None if there is none."""
    found = re.search(r"\.tf-(\d+(\.\d+)*)", name)
    return found and found.group(1)


def _is_float(value):
    return isinstance(value, float)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _label(part, position):
    """A case's name, or else the position in the list."""
    return part.get("case", position) if isinstance(part, dict) else position


def _short(value):
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:197] + "..."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("committed", help="folder of the goldens in the project")
    parser.add_argument("new", help="folder of the goldens just generated")
    arguments = parser.parse_args()
    comparison = Comparison()
    comparison.folders(arguments.committed, arguments.new)
    for difference in comparison.differences:
        print(f"goldens differ: {difference}", file=sys.stderr)
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
