"""Writes a folder like Java's exports, to test the checks: `pretend_java_export.py --out DIR`."""

import argparse
import dataclasses
import json
import os

import tensorflow as tf

import interop_values as values
from anna_model import (
    BATCH_SIZE,
    LAYERS,
    LSTM_SIZE,
    NUM_STEPS,
    SAMPLING,
    AnnaModel,
    Training,
    load_initial_values,
)
from graph_mode import disable_v2
from interop_saved_models import EXPORTS, PAIRED, export, roles_of

v1 = tf.compat.v1

STEPS = 20


def write_checkpoint(folder, encoded, characters):
    """Trains for a few steps, and writes the checkpoint and its state file."""
    with values.fresh_session() as session:
        model = AnnaModel(characters)
        load_initial_values(session)
        Training(session, model, encoded).run(STEPS, 1.0)
        return values.save_checkpoint(session, folder, model.global_step)


def write_graph_definition(folder, characters):
    """Writes the sampling graph as text."""
    with tf.Graph().as_default() as graph:
        AnnaModel(characters, shape=SAMPLING)
        v1.train.write_graph(graph, folder, "sampling.pbtxt", as_text=True)


def expected(prefix, text, vocabulary):
    """The predictions of the checkpoint, in the form that Java writes."""
    with values.fresh_session() as session:
        model = AnnaModel(len(vocabulary), shape=SAMPLING)
        v1.train.Saver().restore(session, prefix)
        roles = roles_of(model)
        evaluation = values.graph_evaluation(session, roles, text, vocabulary)
    return {
        **evaluation,
        "settings": {
            "model": "anna",
            "lstm_size": LSTM_SIZE,
            "layers": LAYERS,
            "batch_size": BATCH_SIZE,
            "num_steps": NUM_STEPS,
            "global_step": True,
        },
        "variables": values.variable_summary(values.checkpoint_values(prefix)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder to write to; must not exist")
    out = parser.parse_args().out
    disable_v2()
    os.makedirs(out)
    text = values.TrainingText()
    characters = len(text.vocabulary)
    prefix = write_checkpoint(os.path.join(out, "tf1-checkpoint"), text.encoded, characters)
    paired = dataclasses.replace(EXPORTS[0], signature=PAIRED)
    export(paired, characters, prefix, os.path.join(out, "saved-model"))
    write_graph_definition(os.path.join(out, "graphdef"), characters)
    document = expected(prefix, text.excerpt, text.vocabulary)
    with open(os.path.join(out, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(document, file)


if __name__ == "__main__":
    main()
