"""Checks in Python what Java exported: `check_java_exports.py --exports DIR [--imported DIR]`.

README.md describes the folder.
Exit code 0 if DIR agrees with its `expected.json`, else 1 and a line for each failure.
"""

import argparse
import glob
import json
import os
import pickle
import sys

import numpy as np
import tensorflow as tf
from google.protobuf import text_format

import interop_values as values
import programs
from anna_model import AnnaModel, Shape
from char_rnn_model import CharRnnModel
from graph_mode import disable_v2
from hzy46_model import Hzy46Model
from interop_saved_models import roles_of

v1 = tf.compat.v1

TOLERANCE = 1e-5
SIGNATURE = "serving_default"


class Failure(Exception):
    """The reason why an export fails, in one line."""


def require(condition, message):
    """Fails with the message unless the condition holds."""
    if not condition:
        raise Failure(message)


class Exports:
    """The folder, and the results that Java expects of its contents."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
            self.expected = json.load(file)

    def path(self, *parts):
        """A path in the folder."""
        return os.path.join(self.folder, *parts)

    def compare(self, make_stepper):
        """Compares predictions and cross-entropy with Java's."""
        expected = self.expected
        rows = np.asarray(expected["predictions"])
        require(len(rows) == values.STEPS, f"expected {values.STEPS} steps, found {len(rows)}")
        found = values.probabilities(make_stepper, np.array(expected["indices"]))
        require(
            found.shape == rows.shape,
            f"predictions: Java has shape {rows.shape}, Python {found.shape}",
        )
        gap = np.abs(found - rows).max(axis=1)
        require(
            gap.max() <= TOLERANCE,
            f"predictions differ by {gap.max():.3g} at step {gap.argmax()}, allowed {TOLERANCE}",
        )
        text = expected.get("cross_entropy_text")
        if text is not None:
            indices = values.encode(text, expected["vocabulary"])
            nats = values.cross_entropy(make_stepper, indices)
            require(
                abs(nats - expected["cross_entropy"]) <= TOLERANCE,
                f"cross-entropy: Java has {expected['cross_entropy']}, Python {nats}",
            )


def saved_model_in_v1(exports):
    """The SavedModel, by TF1's loader and a session."""
    disable_v2()
    with values.fresh_session() as session:
        meta = v1.saved_model.load(session, ["serve"], exports.path("saved-model"))
        require(
            SIGNATURE in meta.signature_def,
            f"no signature {SIGNATURE}, only {sorted(meta.signature_def)}",
        )
        roles = _roles(meta.signature_def[SIGNATURE])
        exports.compare(lambda: values.GraphStepper(session, roles))


def _roles(signature):
    inputs, outputs = dict(signature.inputs), dict(signature.outputs)
    for key, side in (("inputs", inputs), ("predictions", outputs)):
        require(key in side, f"the signature has no {key}, only {sorted(side)}")
    state = sorted(set(inputs) & set(outputs))
    require(
        state, f"the signature has no state: no key is in {sorted(inputs)} and {sorted(outputs)}"
    )
    return values.Roles(
        inputs=inputs["inputs"].name,
        predictions=outputs["predictions"].name,
        initial_state=[inputs[key].name for key in state],
        final_state=[outputs[key].name for key in state],
        keep_prob=inputs["keep_prob"].name if "keep_prob" in inputs else None,
    )


class FunctionStepper:
    """Calls the signature as TF2 programs do."""

    num_steps = 1

    def __init__(self, function):
        self._function = function
        self._inputs = function.structured_input_signature[1]
        self._state = {
            key: tf.zeros([specification.shape[0] or 1, specification.shape[1]])
            for key, specification in self._inputs.items()
            if key in function.structured_outputs
        }

    def __call__(self, window):
        window = tf.cast([window], self._inputs["inputs"].dtype)
        keep = {"keep_prob": tf.constant(1.0)} if "keep_prob" in self._inputs else {}
        outputs = self._function(inputs=window, **keep, **self._state)
        self._state = {key: outputs[key] for key in self._state}
        return outputs["predictions"].numpy().reshape(window.shape[1], -1)


def saved_model_in_v2(exports):
    """The SavedModel, by `tf.saved_model.load` and its function."""
    v1.logging.set_verbosity(v1.logging.ERROR)
    loaded = tf.saved_model.load(exports.path("saved-model"))
    require(SIGNATURE in loaded.signatures, f"no signature {SIGNATURE}")
    exports.compare(lambda: FunctionStepper(loaded.signatures[SIGNATURE]))


def checkpoint(exports):
    """The checkpoint has exactly the variables of a graph that Python builds, and restores them."""
    disable_v2()
    folder = exports.path("tf1-checkpoint")
    prefix = tf.train.latest_checkpoint(folder)
    require(prefix is not None, f"tf.train.latest_checkpoint finds nothing in {folder}")
    in_file = values.checkpoint_values(prefix)
    for sampling in (False, True):
        with values.fresh_session() as session:
            roles = _own_graph(exports.expected, sampling)
            variables = v1.global_variables()
            names = {variable.op.name for variable in variables}
            # Other programs have no counter, or no variable of the learning rate.
            counted = exports.expected["settings"]["global_step"]
            unused = set(in_file) - names - (set() if counted else {"global_step", "Variable"})
            missing = names - set(in_file)
            require(
                not missing and not unused,
                f"checkpoint: missing {sorted(missing)}, unused {sorted(unused)}",
            )
            v1.train.Saver().restore(session, prefix)
            for variable, value in zip(variables, session.run(variables)):
                require(
                    np.array_equal(value, in_file[variable.op.name]),
                    f"{variable.op.name}: the restored value differs from the file's",
                )
            if sampling:
                exports.compare(lambda: values.GraphStepper(session, roles))
    _compare_variables(exports.expected.get("variables", {}), in_file)
    _compare_pickles(exports)


def _compare_pickles(exports):
    """The pickles that the program's `sample.py` reads, where the run was imported with them."""
    for name in exports.expected.get("pickles", []):
        path = exports.path("tf1-checkpoint", name)
        require(os.path.isfile(path), f"{path} is missing")
        with open(path, "rb") as file:
            value = pickle.load(file, encoding="latin1")
        if name == "chars_vocab.pkl":
            characters = "".join(value[0])
            require(
                characters == exports.expected["vocabulary"],
                f"{path}: the characters are {characters!r}",
            )


def _own_graph(expected, sampling):
    """Builds the model that `settings` names, for training or for one step of sampling."""
    settings = argparse.Namespace(**expected["settings"])
    window = (1, 1) if sampling else (settings.batch_size, settings.num_steps)
    characters = len(expected["vocabulary"])
    if settings.model == "anna":
        shape = Shape(*window, lstm_size=settings.lstm_size, counted=settings.global_step)
        return roles_of(AnnaModel(characters, (None,) * settings.layers, shape))
    if settings.model.startswith("hzy46"):
        embedded = settings.model == "hzy46-embedding"
        size = settings.lstm_size if embedded else None
        return Hzy46Model(characters, settings, window, size).roles()
    options = argparse.Namespace(
        model=settings.model.replace("early-", ""),
        rnn_size=settings.lstm_size,
        num_layers=settings.layers,
        vocab_size=characters,
        grad_clip=5.0,
    )
    return CharRnnModel(options, *window, early=settings.model.startswith("early-")).roles()


def _compare_variables(expected, in_file):
    summary = values.variable_summary(in_file)
    missing = sorted(set(expected) - set(summary))
    require(not missing, f"checkpoint: {missing} are missing, but Java expects them")
    for name, variable in expected.items():
        found = summary[name]
        require(
            found["shape"] == variable["shape"],
            f"{name}: Java has shape {variable['shape']}, the file {found['shape']}",
        )
        require(
            np.allclose(found["first"], variable["first"], rtol=1e-6, atol=0),
            f"{name}: Java begins with {variable['first']}, the file with {found['first']}",
        )


def graph_definitions(exports):
    """Every `.pbtxt` is a GraphDef that can be imported."""
    disable_v2()
    paths = sorted(glob.glob(exports.path("graphdef", "*.pbtxt")))
    require(paths, f"no .pbtxt in {exports.path('graphdef')}")
    for path in paths:
        definition = v1.GraphDef()
        with open(path, encoding="utf-8") as file:
            text_format.Parse(file.read(), definition)
        require(len(definition.node) > 0, f"{path}: no nodes")
        with tf.Graph().as_default():
            tf.import_graph_def(definition, name="")


CHECKS = {
    "saved-model": [saved_model_in_v1, saved_model_in_v2],
    "tf1-checkpoint": [checkpoint],
    "graphdef": [graph_definitions],
}


def run_one(name, folder):
    """Runs one check in this process."""
    check = next(check for checks in CHECKS.values() for check in checks if check.__name__ == name)
    try:
        check(Exports(folder))
    except (Failure, ValueError, KeyError, OSError, tf.errors.OpError) as failure:
        print(f"exports: {name}: {str(failure).splitlines()[0]}", file=sys.stderr)
        return 1
    print(f"exports: {name}: passed")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exports", required=True, help="the folder that Java wrote")
    names = [check.__name__ for checks in CHECKS.values() for check in checks]
    parser.add_argument("--only", choices=names, help="one check")
    parser.add_argument("--imported", help="a folder of more such folders, of imported runs")
    arguments = parser.parse_args()
    if arguments.only:
        sys.exit(run_one(arguments.only, arguments.exports))
    present = [part for part in CHECKS if os.path.isdir(os.path.join(arguments.exports, part))]
    if not present:
        sys.exit(f"exports: {arguments.exports} holds none of {', '.join(CHECKS)}")
    codes = [
        programs.run(
            "check_java_exports.py", "--exports", arguments.exports, "--only", check.__name__
        ).returncode
        for part in present
        for check in CHECKS[part]
    ]
    if arguments.imported:
        codes += run_imported(arguments.imported)
    sys.exit(1 if any(codes) else 0)


def run_imported(folder):
    """Checks the checkpoint of each folder in this process. Returns the exit codes."""
    folders = sorted(glob.glob(os.path.join(folder, "*", "")))
    if not folders:
        sys.exit(f"exports: {folder} holds no folder")
    codes = []
    for imported in folders:
        print(f"exports: {imported}", flush=True)
        codes.append(run_one(checkpoint.__name__, imported))
    return codes


if __name__ == "__main__":
    main()
