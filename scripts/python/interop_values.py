"""What all interop fixtures share: the text, the roles of tensors, stepping with state fed back."""

import contextlib
import dataclasses
import os
from typing import List, Optional

import numpy as np
import tensorflow as tf

from golden_format import number, numbers
from graph_mode import one_thread

v1 = tf.compat.v1

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
TEXT = os.path.join(ROOT, "src", "test", "resources", "goldens", "anna_small.txt")
# Of the TensorFlow that runs: the programs check which one they get.
TAG = f".tf-{tf.__version__}"
STEPS = 50
# Predictions are compared to 1e-5: more digits would only make the files longer.
DECIMALS = 7
# One character more than the windows of 10 and of 5 steps hold: each needs a next one.
CROSS_ENTROPY_CHARACTERS = 201


def read_text():
    """The text that the models are trained on and that the numbers are computed with."""
    with open(TEXT, encoding="ascii", newline="") as file:
        return file.read()


def encode(text, vocabulary):
    """Positions of the characters in the vocabulary."""
    return np.array([vocabulary.index(character) for character in text], dtype=np.int32)


def vocabulary_of(text):
    """All characters of a text, sorted."""
    return "".join(sorted(set(text)))


@dataclasses.dataclass(frozen=True)
class Roles:
    """Names of the tensors that a caller feeds and fetches. States: c before h, layer by layer."""

    inputs: str
    predictions: str
    initial_state: List[str]
    final_state: List[str]
    keep_prob: Optional[str] = None


class GraphStepper:
    """Runs a loaded graph window by window; all rows of the batch get the same characters."""

    def __init__(self, session, roles):
        self._session, self._roles = session, roles
        batch_size, num_steps = session.graph.get_tensor_by_name(roles.inputs).shape.as_list()
        self.num_steps = num_steps or 1
        self._batch_size = batch_size or 1
        self._state = [self._zeros(name) for name in roles.initial_state]

    def _zeros(self, name):
        size = self._session.graph.get_tensor_by_name(name).shape[-1]
        return np.zeros([self._batch_size, int(size)], dtype=np.float32)

    def __call__(self, window):
        """Probabilities `[steps, characters]` of the first row; the others must be the same."""
        feeds = {self._roles.inputs: np.tile(window, [self._batch_size, 1])}
        feeds.update(zip(self._roles.initial_state, self._state))
        if self._roles.keep_prob is not None:
            feeds[self._roles.keep_prob] = 1.0
        predictions, self._state = self._session.run(
            [self._roles.predictions, self._roles.final_state], feeds
        )
        rows = predictions.reshape(self._batch_size, len(window), -1)
        if np.abs(rows - rows[0]).max() > 1e-6:
            raise ValueError("rows of one batch with the same characters differ")
        return rows[0]


def probabilities(make_stepper, indices):
    """`[characters given, vocabulary]`, from a zero state, with the state fed back."""
    stepper = make_stepper()
    if len(indices) % stepper.num_steps != 0:
        raise ValueError(f"{len(indices)} characters do not fill windows of {stepper.num_steps}")
    windows = np.reshape(indices, [-1, stepper.num_steps])
    return np.concatenate([stepper(window) for window in windows])


def cross_entropy(make_stepper, indices):
    """Nats for each character but the first, each foretold from all that stand before it."""
    rows = probabilities(make_stepper, indices[:-1]).astype(np.float64)
    return float(-np.log(rows[np.arange(len(rows)), indices[1:]]).mean())


def evaluation(make_stepper, text, vocabulary):
    """The part of a fixture's document that another program must reproduce."""
    indices = encode(text, vocabulary)
    rows = probabilities(make_stepper, indices[:STEPS])
    if rows.shape != (STEPS, len(vocabulary)) or np.abs(rows.sum(axis=1) - 1).max() > 1e-5:
        raise ValueError(f"expected {STEPS} distributions, found shape {rows.shape}")
    return {
        "vocabulary": vocabulary,
        "indices": [int(index) for index in indices[:STEPS]],
        "predictions": [numbers(np.round(row.astype(np.float64), DECIMALS)) for row in rows],
        "cross_entropy_text": text,
        "cross_entropy": number(cross_entropy(make_stepper, indices)),
    }


def document(name, kind, parts):
    """A fixture's document: what it is, then its parts."""
    return {
        "generator": "interop_fixtures.py",
        "tensorflow": tf.__version__,
        "fixture": name + TAG,
        "format": kind,
        **parts,
    }


def variable_summary(values):
    """Shape, type, first values and sum of squares of each variable of a dictionary, by name."""
    summary = {}
    for name in sorted(values):
        array = np.asarray(values[name])
        summary[name] = {
            "shape": list(array.shape),
            "type": array.dtype.name,
            "first": numbers(array.ravel()[:4]),
            "sum_of_squares": float(np.square(array.astype(np.float64)).sum()),
        }
    return summary


def checkpoint_values(prefix):
    """Every tensor of a checkpoint by name, of either format."""
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@contextlib.contextmanager
def fresh_session(devices=1):
    """A session on a graph of its own."""
    with tf.Graph().as_default(), v1.Session(config=session_options(devices)) as session:
        yield session


def session_options(devices):
    """One thread; more than one device only for checkpoints in several shards."""
    options = one_thread()
    options.device_count["CPU"] = devices
    return options


def shown(fixture_tensor):
    """A tensor of a signature: its name in the graph, type and shape (null: unknown)."""
    return {
        "name": fixture_tensor.name,
        "type": tf.dtypes.as_dtype(fixture_tensor.dtype).name,
        "shape": [
            None if dimension.size < 0 else dimension.size
            for dimension in fixture_tensor.tensor_shape.dim
        ],
    }
