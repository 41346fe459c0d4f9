"""A SavedModel of today's Keras (3) under a current TensorFlow: `interop_keras3.py [--out ROOT]`.

Runs in an environment of its own (requirements-current.txt). With --check, nothing is written: the
committed file is loaded again and compared with the numbers beside it.
"""

import argparse
import json
import os
import shutil
import sys

import numpy as np
import tensorflow as tf

import golden_format
import interop_keras
import interop_values as values
from compare_goldens import Comparison

VERSION = "2.21.0"
NAME = "keras3_stateful"
keras = tf.keras


def stateful_model(characters):
    """As in interop_keras.py, written as Keras 3 wants it."""
    model = keras.Sequential(
        [
            keras.layers.Input(batch_shape=[1, None], dtype="int32"),
            keras.layers.Embedding(characters, interop_keras.EMBEDDING_SIZE),
            keras.layers.LSTM(interop_keras.LSTM_SIZE, return_sequences=True, stateful=True),
            keras.layers.Dense(characters),
        ]
    )
    random = np.random.RandomState(interop_keras.VALUES_SEED)
    for weight in model.trainable_weights:
        weight.assign(random.normal(size=weight.shape) * 0.6)
    return model


def zero_states(loaded):
    """Keras writes no function that resets; the states are among all variables, by name."""
    variables = loaded._all_variables  # pylint: disable=protected-access
    states = [variable for variable in variables if "rnn_state" in variable.name]
    if len(states) != 2:
        raise ValueError(f"expected the states h and c, found {states}")
    for state in states:
        state.assign(tf.zeros_like(state))


def export(characters, vocabulary, folder):
    """`model.export` refuses a stateful model unless the signature says that the batch is 1."""
    model = stateful_model(characters)
    model(values.encode("every unhappy family", vocabulary)[np.newaxis])
    signature = [tf.TensorSpec([1, None], tf.int32, name="inputs")]
    model.export(folder, input_signature=signature, verbose=False)


def describe(folder, text, vocabulary):
    """The document, computed from the files alone."""
    document = interop_keras.describe(NAME, folder, zero_states, True, text, vocabulary)
    return {**document, "generator": os.path.basename(__file__), "keras": keras.__version__}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=values.ROOT, help="a tree like the project's")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    arguments = parser.parse_args()
    if tf.__version__ != VERSION:
        sys.exit(
            f"expected TensorFlow {VERSION}, found {tf.__version__}:"
            " install requirements-current.txt"
        )
    text = values.read_text()
    vocabulary = values.vocabulary_of(text)
    part = text[: values.CROSS_ENTROPY_CHARACTERS]
    graphs = os.path.join(arguments.out, "graphs")
    folder = os.path.join(graphs, NAME + values.TAG)
    if arguments.check:
        with open(f"{folder}.json", encoding="utf-8") as file:
            committed = json.load(file)
        comparison = Comparison()
        comparison.documents(NAME, committed, describe(folder, part, vocabulary))
        sys.exit("\n".join(comparison.differences) or 0)
    shutil.rmtree(folder, ignore_errors=True)
    export(len(vocabulary), vocabulary, folder)
    golden_format.write(graphs, NAME, describe(folder, part, vocabulary), VERSION)


if __name__ == "__main__":
    main()
