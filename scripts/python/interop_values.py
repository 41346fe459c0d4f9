"""What the interop fixtures share: the text, the roles of tensors, predictions, documents."""

import contextlib
import dataclasses
import os
from typing import List, Optional

import numpy as np
import tensorflow as tf

import programs
from golden_format import number, numbers
from graph_mode import one_thread

v1 = tf.compat.v1

# The programs check that this is the version they need.
TAG = f".tf-{tf.__version__}"
STEPS = 50
# Enough digits for comparisons to 1e-5.
DECIMALS = 7
# A multiple of windows of 10 and of 5 steps, and one more: each character needs a next one.
CROSS_ENTROPY_CHARACTERS = 201


class TrainingText:
    """The text that the models are trained on, and its beginning for the cross-entropy."""

    def __init__(self):
        self.text = read(programs.TEXT)
        self.vocabulary = vocabulary_of(self.text)
        self.encoded = encode(self.text, self.vocabulary)
        self.excerpt = self.text[:CROSS_ENTROPY_CHARACTERS]


def read(path):
    """An ASCII text with its line ends as they are."""
    with open(path, encoding="ascii", newline="") as file:
        return file.read()


def encode(text, vocabulary):
    """Numbers of the characters: their positions in the vocabulary."""
    return np.array([vocabulary.index(character) for character in text], dtype=np.int32)


def vocabulary_of(text):
    """The distinct characters of a text, sorted."""
    return "".join(sorted(set(text)))


@dataclasses.dataclass(frozen=True)
class Roles:
    """Names of the tensors that a caller feeds and fetches. States: c before h, layer by layer."""

    inputs: str
    predictions: str
    initial_state: List[str]
    final_state: List[str]
    keep_prob: Optional[str] = None


def tensor_names(structure):
    """Names of the tensors of a nested structure, flattened."""
    return [leaf.name for leaf in tf.nest.flatten(structure)]


class GraphStepper:
    """Runs a loaded graph window by window, with the same characters in all rows of the batch."""

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
        """Probabilities `[steps, characters]` of the first row; the other rows must be equal."""
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
    """Probabilities `[len(indices), vocabulary]`, from a zero state, with the state fed back."""
    stepper = make_stepper()
    if len(indices) % stepper.num_steps != 0:
        raise ValueError(f"{len(indices)} characters do not fill windows of {stepper.num_steps}")
    windows = np.reshape(indices, [-1, stepper.num_steps])
    return np.concatenate([stepper(window) for window in windows])


def cross_entropy(make_stepper, indices):
    """Nats per character, of each but the first given all before it."""
    rows = probabilities(make_stepper, indices[:-1]).astype(np.float64)
    return float(-np.log(rows[np.arange(len(rows)), indices[1:]]).mean())


def evaluation(make_stepper, text, vocabulary):
    """The part of a fixture's document that other programs must reproduce."""
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


def graph_evaluation(session, roles, text, vocabulary):
    """The evaluation of the graph of a session."""
    return evaluation(lambda: GraphStepper(session, roles), text, vocabulary)


def document(name, kind, parts):
    """A fixture's document: its name and format, then its parts."""
    return {
        "generator": "interop_fixtures.py",
        "tensorflow": tf.__version__,
        "fixture": name + TAG,
        "format": kind,
        **parts,
    }


def variable_summary(values):
    """Shape, type, first values and sum of squares of each variable, by name."""
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
    """All tensors of a checkpoint by name, of format V1 or V2."""
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def save_checkpoint(session, folder, step):
    """A checkpoint `model.ckpt-<step>` of all variables, and its state file. Returns its prefix."""
    return v1.train.Saver(save_relative_paths=True).save(
        session, os.path.join(folder, "model.ckpt"), global_step=step, write_meta_graph=False
    )


@contextlib.contextmanager
def fresh_session(devices=1):
    """A session with a new graph."""
    with tf.Graph().as_default(), v1.Session(config=session_options(devices)) as session:
        yield session


def session_options(devices):
    """One thread; several devices give sharded checkpoints several shards."""
    options = one_thread()
    options.device_count["CPU"] = devices
    return options


def shown(fixture_tensor):
    """A tensor of a signature: name in the graph, type and shape (None: unknown)."""
    return {
        "name": fixture_tensor.name,
        "type": tf.dtypes.as_dtype(fixture_tensor.dtype).name,
        "shape": [
            None if dimension.size < 0 else dimension.size
            for dimension in fixture_tensor.tensor_shape.dim
        ],
    }
