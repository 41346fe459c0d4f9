"""Writes the fixtures that Java must read: `interop_fixtures.py [--out ROOT] [PART ...]`.

Each part runs in its own process.
"""

import argparse
import importlib
import os
import tempfile

import tensorflow as tf

import golden_format
import programs

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
    parser.add_argument("--out", default=programs.ROOT, help="root of the project tree to write to")
    parser.add_argument("--in-process", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], help="all parts if none is given")
    arguments = parser.parse_args()
    programs.require_tensorflow(golden_format.TENSORFLOW_VERSION, tf.__version__)
    out = os.path.abspath(arguments.out)
    for part in arguments.part or PARTS:
        if arguments.in_process:
            write_part(part, out)
            continue
        print(f"fixtures: {part}", flush=True)
        options = ("--in-process", "--out", out)
        programs.run("interop_fixtures.py", *options, part, log_level=2, check=True)


if __name__ == "__main__":
    main()
