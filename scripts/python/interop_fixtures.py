"""Writes the fixtures that Java must read: `interop_fixtures.py [--out ROOT] [PART ...]`.

Each part runs in a process of its own: TF1's graph mode cannot be left once it is entered.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile

import tensorflow as tf

import golden_format
from interop_values import ROOT

PARTS = {
    "saved-models": "interop_saved_models",
    "checkpoints": "interop_checkpoints",
    "meta-graphs": "interop_meta_graphs",
    "frozen-graphs": "interop_frozen_graphs",
    "keras": "interop_keras",
    "save-folders": "interop_save_folders",
    "sherlock": "interop_sherlock",
}


def write_part(part, out):
    """Runs one part in this process."""
    with tempfile.TemporaryDirectory() as scratch:
        importlib.import_module(PARTS[part]).write(out, scratch)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=ROOT, help="a tree like the project's; the project itself")
    parser.add_argument("--in-process", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], help="all parts if none is given")
    arguments = parser.parse_args()
    if tf.__version__ != golden_format.TENSORFLOW_VERSION:
        sys.exit(
            f"expected TensorFlow {golden_format.TENSORFLOW_VERSION}, found {tf.__version__}:"
            " install requirements.txt"
        )
    out = os.path.abspath(arguments.out)
    for part in arguments.part or PARTS:
        if arguments.in_process:
            write_part(part, out)
            continue
        print(f"fixtures: {part}", flush=True)
        environment = {"TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONWARNINGS": "ignore", **os.environ}
        command = [sys.executable, os.path.abspath(__file__), "--in-process", "--out", out, part]
        subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    main()
