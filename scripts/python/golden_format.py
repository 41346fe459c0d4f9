"""Goldens as JSON: tensors, numbers in the fewest digits that restore them, a layout for diffs."""

import json
import math
import os

import numpy as np

TENSORFLOW_VERSION = "2.15.1"
# Dictionaries that are written on one line, as are cells ("type") and loops ("kind").
ONE_LINE = ({"shape", "values"}, {"shape", "sum_of_squares", "dot_probe"})


def number(value):
    """A Python number that JSON writes in the fewest digits that restore the given one."""
    if isinstance(value, (int, np.integer)):
        return int(value)
    if not math.isfinite(value):
        raise ValueError(f"expected a finite number for a golden, found {value}")
    if isinstance(value, np.float32):
        shortest = float(str(value))
        if np.float32(shortest).tobytes() != value.tobytes():
            raise ValueError(f"the digits {shortest} do not restore the float32 {value!r}")
        return shortest
    return float(value)


def numbers(array):
    """The values of an array, flat, row-major."""
    return [number(value) for value in np.asarray(array).ravel()]


def tensor(array):
    """The golden form of an array: its shape, and its values flat and row-major."""
    array = np.asarray(array)
    return {"shape": list(array.shape), "values": numbers(array)}


def rounded_tensor(array):
    """A tensor with seven digits a number, for values that are compared with a tolerance."""
    array = np.asarray(array)
    if not np.issubdtype(array.dtype, np.floating):
        return tensor(array)
    values = [float(f"{value:.7g}") for value in array.ravel()]
    return {"shape": list(array.shape), "values": numbers(values)}


def tensors(arrays):
    """The golden form of a list of arrays."""
    return [tensor(array) for array in arrays]


def write(folder, name, document, version=TENSORFLOW_VERSION):
    """Writes `<name>.tf-<version>.json`."""
    _write(folder, name, _text(document, "") + "\n", version)


def write_all(folder, documents):
    """Writes each document of a dictionary by name."""
    for name, document in documents.items():
        write(folder, name, document)


def write_case_per_line(folder, name, document, version=TENSORFLOW_VERSION):
    """Writes `<name>.tf-<version>.json` with each of the document's `cases` on one line."""
    head = json.dumps({key: value for key, value in document.items() if key != "cases"})[:-1]
    lines = ",\n".join(json.dumps(case) for case in document["cases"])
    _write(folder, name, f'{head},\n"cases": [\n{lines}\n]}}\n', version)


def _write(folder, name, text, version):
    path = os.path.join(folder, f"{name}.tf-{version}.json")
    # LF at line ends on every system
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _text(value, indent):
    if _fits_on_a_line(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner = indent + " "
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {_text(part, inner)}"
            for key, part in value.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + indent + "}"
    parts = [inner + _text(part, inner) for part in value]
    return "[\n" + ",\n".join(parts) + "\n" + indent + "]"


def _fits_on_a_line(value):
    if isinstance(value, dict):
        return set(value) in ONE_LINE or "type" in value or "kind" in value
    if isinstance(value, list):
        return not any(isinstance(part, (dict, str)) for part in value)
    return True
