"""Writes every golden: `generate_goldens.py --out DIR`. Each program runs in its own process."""

import argparse
import os
import subprocess
import sys

import tensorflow as tf

import golden_format

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = (
    "cell_cases.py",
    "random_cases.py",
    "anna_small.py",
    "initializers.py",
    "optimizers.py",
    "batch_cases.py",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="folder to write to; made if missing")
    folder = os.path.abspath(parser.parse_args().out)
    if tf.__version__ != golden_format.TENSORFLOW_VERSION:
        sys.exit(
            f"expected TensorFlow {golden_format.TENSORFLOW_VERSION}, found {tf.__version__}:"
            " install requirements.txt"
        )
    os.makedirs(folder, exist_ok=True)
    environment = {"TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONWARNINGS": "ignore", **os.environ}
    for program in PROGRAMS:
        path = os.path.join(HERE, program)
        print(f"goldens: {program}", flush=True)
        subprocess.run([sys.executable, path, "--out", folder], check=True, env=environment)


if __name__ == "__main__":
    main()
