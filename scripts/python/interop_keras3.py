"""A SavedModel of Keras 3 with a current TensorFlow: `interop_keras3.py [--out ROOT]`.

Needs its own environment (requirements-current.txt). With --check it writes nothing, but loads the
committed file and compares with the committed results.
"""

import argparse
import json
import os
import sys

import numpy as np
import tensorflow as tf

import golden_format
import interop_keras
import interop_values as values
import programs
from compare_goldens import Comparison

VERSION = "2.21.0"
NAME = "keras3_stateful"
keras = tf.keras


def stateful_model(characters):
    """As in interop_keras.py, for Keras 3."""
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
    """Resets the states by the names of the variables, as Keras saves no function for it."""
    variables = loaded._all_variables  # pylint: disable=protected-access
    states = [variable for variable in variables if "rnn_state" in variable.name]
    if len(states) != 2:
        raise ValueError(f"expected the states h and c, found {states}")
    for state in states:
        state.assign(tf.zeros_like(state))


def export(characters, vocabulary, folder):
    """Exports the model; a stateful one needs batch 1 in the signature."""
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
    parser.add_argument("--out", default=programs.ROOT, help="root of the project tree to write to")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    programs.require_tensorflow(VERSION, tf.__version__, "requirements-current.txt")
    text = values.TrainingText()
    graphs = os.path.join(arguments.out, "graphs")
    folder = os.path.join(graphs, NAME + values.TAG)
    if arguments.check:
        with open(f"{folder}.json", encoding="utf-8") as file:
            committed = json.load(file)
        comparison = Comparison()
        comparison.documents(NAME, committed, describe(folder, text.excerpt, text.vocabulary))
        sys.exit("\n".join(comparison.differences) or 0)
    programs.fresh_path(graphs, NAME + values.TAG)
    export(len(text.vocabulary), text.vocabulary, folder)
    golden_format.write(graphs, NAME, describe(folder, text.excerpt, text.vocabulary), VERSION)


if __name__ == "__main__":
    main()
