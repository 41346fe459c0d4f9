"""Trains small versions of the recipes here and by charlstm, and compares what both measured.

    check_book_recipes.py [--charlstm PROGRAM]

Losses of the same step must agree to 1e-5. A run that is killed and started again must give the
numbers of one that never stopped. Exit code 0 if so, else 1 and a line for each difference.
"""

import argparse
import contextlib
import dataclasses
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading

import numpy as np

import book_recipes
import programs

STEPS = 20
TOLERANCE = 1e-5
SIZES = {"lstm-size": 16, "batch-size": 10, "learning-rate": 0.01, "seed": 7}
TEXT_SIZES = {**SIZES, "num-steps": 10}
# A header as that of the cookbook's edition, which ends within the text that follows.
HEADER = """The Project Gutenberg EBook of The Complete Works of William Shakespeare

Posting Date: September 1, 2011 [EBook #100]

*** START OF THIS PROJECT GUTENBERG EBOOK COMPLETE WORKS--WILLIAM SHAKESPEARE ***
"""


def write_shakespeare(path):
    """A text from which the header of the cookbook's edition is dropped."""
    with open(programs.TEXT, encoding="utf-8") as file:
        text = HEADER + file.read() * 6
    with open(path, "w", encoding="utf-8-sig", newline="\r\n") as file:
        file.write(text)


def write_idx(path, values):
    """A file as MNIST's, unpacked."""
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">i4").tobytes())
        file.write(values.astype(np.uint8).tobytes())


def write_images(folder):
    """Noise with labels, more than one epoch of 20 batches needs: MNIST's test set."""
    random = np.random.RandomState(1)
    os.makedirs(folder)
    write_idx(os.path.join(folder, "t10k-images-idx3-ubyte"), random.randint(0, 256, (150, 28, 28)))
    write_idx(os.path.join(folder, "t10k-labels-idx1-ubyte"), random.randint(0, 10, 150))


def cases(folder):
    """Each recipe, its data and settings."""
    shakespeare, images = (os.path.join(folder, name) for name in ("shakespeare.txt", "mnist"))
    write_shakespeare(shakespeare)
    write_images(images)
    return {
        "anna": (programs.TEXT, {**TEXT_SIZES, "keep-prob": 0.5}),
        "anna-as-printed": (programs.TEXT, TEXT_SIZES),
        "shakespeare": (shakespeare, TEXT_SIZES),
        "shakespeare-shared": (shakespeare, TEXT_SIZES),
        "mnist": (images, {**SIZES, "holdout": 30}),
    }


def words(data, settings, steps=STEPS):
    """Flags that both programs have."""
    flags = {"data": data, "steps": steps, **settings}
    return [word for name, value in flags.items() for word in (f"--{name}", str(value))]


def metrics(folder):
    """The lines of a run's metrics."""
    with open(os.path.join(folder, "metrics.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Checks:
    """Runs in a temporary folder, and the differences found."""

    def __init__(self, folder, charlstm):
        self._folder, self._charlstm = folder, charlstm
        self._cases = cases(folder)
        self.failures = []

    def run(self):
        """All checks; Java trains while Python does."""
        java = threading.Thread(target=self._train_in_java)
        java.start()
        for recipe, (data, settings) in self._cases.items():
            self._train_here(recipe, data, settings)
        self._kill_and_resume()
        self._refusals()
        self._own_dropout()
        java.join()
        self._compare_settings()
        for recipe in self._cases:
            self._compare(recipe)

    def _compare_settings(self):
        """The recipes' own settings, which the small versions replace."""
        command = [self._charlstm, "recipes", "--json"]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        java = {recipe["recipe"]: recipe for recipe in json.loads(said)["recipes"]}
        for name, (settings, *_) in book_recipes.RECIPES.items():
            for key, value in dataclasses.asdict(settings).items():
                expected = java[name].get(key, value)
                if value != expected:
                    self.failures.append(f"{name}: {key} {expected}, here {value}")

    def _own_dropout(self):
        """TF1's own leaves the initial values as they are, and drops."""
        data, settings = self._cases["anna"]
        first = []
        for dropout, keep_prob in (("charlstm", 1.0), ("own", 1.0), ("own", 0.5)):
            out = self._path("dropout", f"{dropout}-{keep_prob}")
            changed = {**settings, "dropout": dropout, "keep-prob": keep_prob}
            self._train_here("anna", data, changed, out, 2)
            first.append(metrics(out)[0]["loss"])
        none, whole, half = first
        if abs(none - whole) > TOLERANCE or abs(half - whole) <= TOLERANCE:
            self.failures.append(f"own dropout: {whole} and {half}, expected {none} and another")

    def _train_in_java(self):
        for recipe, (data, settings) in self._cases.items():
            command = [self._charlstm, "train", "--recipe", recipe, "--quiet"]
            command += words(data, settings) + ["--run", self._path("java", recipe)]
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            if ended.returncode:
                self.failures.append(f"charlstm train --recipe {recipe}: {ended.stderr}")

    def _train_here(self, recipe, data, settings, out=None, steps=STEPS):
        """The exit code, and what was printed."""
        said, code = io.StringIO(), 0
        arguments = [recipe, *words(data, {**settings, "save-every": 6}, steps)]
        arguments += ["--out", out or self._path("python", recipe)]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                book_recipes.main(arguments)
            except SystemExit as exit_:
                code = exit_.code
        return code, said.getvalue()

    def _compare(self, recipe):
        try:
            java, python = (metrics(self._path(by, recipe)) for by in ("java", "python"))
        except OSError as missing:
            self.failures.append(f"{recipe}: {missing}")
            return
        if [line.keys() for line in java] != [line.keys() for line in python]:
            self.failures.append(f"{recipe}: the lines or their keys differ: {java} {python}")
            return
        largest = max(abs(ours["loss"] - other["loss"]) for ours, other in zip(java, python))
        differing = (
            f"{recipe}, step {ours['step']}: {name} {ours[name]}, here {other[name]}"
            for ours, other in zip(java, python)
            for name in ours.keys() - {"seconds"}
            if not abs(ours[name] - other[name]) <= TOLERANCE * max(1.0, abs(ours[name]))
        )
        self.failures.extend(itertools.islice(differing, 1))
        print(f"{recipe}: {len(java)} steps, largest difference of the losses {largest:.1e}")

    def _kill_and_resume(self):
        data, settings = self._cases["anna"]
        settings = {**settings, "epochs": 0}
        killed, whole = self._path("killed"), self._path("whole")
        steps = self._kill_after(10, data, settings, killed) + 5
        self._train_here("anna", data, settings, killed, steps)
        self._train_here("anna", data, settings, whole, steps)
        ours, expected = ([line["loss"] for line in metrics(run)] for run in (killed, whole))
        if ours != expected:
            self.failures.append(f"killed and started again: {ours}, without that {expected}")
        with open(os.path.join(killed, "origins.jsonl"), encoding="utf-8") as file:
            after = [json.loads(line)["afterStep"] for line in file]
        if len(after) != 2 or after[0] != 0 or after[1] % 6:
            self.failures.append(f"starts after steps {after}, expected 0 and a multiple of 6")
        print(f"killed and started again: {steps} steps, from step {after[-1]} on")

    def _kill_after(self, step, data, settings, out):
        """Kills a run after a step; returns the last step that it measured."""
        command = [sys.executable, os.path.join(programs.HERE, "book_recipes.py"), "anna"]
        command += words(data, {**settings, "save-every": 6}, 100000) + ["--out", out]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            for line in process.stdout:
                if line.startswith(f"step {step} "):
                    break
            process.send_signal(signal.SIGKILL)
        with open(os.path.join(out, "metrics.jsonl"), encoding="utf-8") as file:
            return sum(line.endswith("\n") for line in file)

    def _refusals(self):
        data, settings = self._cases["anna"]
        other = {**settings, "seed": 8}
        for what, case, expected in (
            ("another seed", (data, other, self._path("python", "anna")), "seed 7, expected 8"),
            (
                "other data",
                (programs.__file__, settings, self._path("python", "anna")),
                "with data",
            ),
            ("no data", (self._path("none"), settings, self._path("new")), "none"),
        ):
            code, said = self._train_here("anna", *case)
            if code != 2 or expected not in said:
                self.failures.append(f"{what}: exit code {code} and {said!r}, expected 2")

    def _path(self, *parts):
        return os.path.join(self._folder, *parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    launcher = os.path.join(programs.ROOT, "scripts", "charlstm")
    parser.add_argument("--charlstm", default=launcher, help="default: the launcher beside this")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(folder, arguments.charlstm)
        checks.run()
    if checks.failures:
        sys.exit("\n".join(f"check_book_recipes: {failure}" for failure in checks.failures))


if __name__ == "__main__":
    main()
