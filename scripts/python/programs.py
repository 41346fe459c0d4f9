"""What the programs here share: paths, command lines and child processes."""

import argparse
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
RESOURCES = os.path.join("src", "test", "resources")
# The text that all models are trained on.
TEXT = os.path.join(ROOT, RESOURCES, "goldens", "anna_small.txt")


def out_folder(description):
    """The folder of a program whose only argument is `--out`; made if missing."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder to write to; made if missing")
    folder = os.path.abspath(parser.parse_args().out)
    os.makedirs(folder, exist_ok=True)
    return folder


def fresh_path(parent, name):
    """A path that does not exist, in a folder that does: an old folder there is deleted."""
    path = os.path.join(parent, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(parent, exist_ok=True)
    return path


def fresh_folder(parent, name):
    """An empty folder."""
    path = fresh_path(parent, name)
    os.makedirs(path)
    return path


def require_tensorflow(expected, found, requirements="requirements.txt"):
    """Ends the program unless TensorFlow has the expected version."""
    if found != expected:
        sys.exit(f"expected TensorFlow {expected}, found {found}: install {requirements}")


def run(program, *arguments, log_level=3, check=False, **options):
    """Runs another program of this folder in its own process, without TensorFlow's warnings.

    TF1's graph mode cannot be left once it is entered, so programs that need both modes do
    their parts in child processes.
    """
    environment = {"TF_CPP_MIN_LOG_LEVEL": str(log_level), "PYTHONWARNINGS": "ignore", **os.environ}
    command = [sys.executable, os.path.join(HERE, program), *arguments]
    return subprocess.run(command, check=check, env=environment, **options)
