"""Trains the small Anna model for some steps, from its initial values or from a Java checkpoint.

    continue_training.py [--checkpoint PREFIX_OR_FOLDER] [--state FILE] --steps N --out DIR

README.md describes the files that it reads and writes.
"""

import argparse
import json
import os
import sys

import numpy as np
import tensorflow as tf

import interop_values as values
from anna_model import AnnaModel, Shape, Training, load_initial_values
from golden_format import numbers, tensors
from graph_mode import disable_v2

v1 = tf.compat.v1

GLOBAL_STEP = "global_step"


def checkpoint_prefix(path):
    """The prefix itself, or that of a folder's latest checkpoint."""
    if not os.path.isdir(path):
        return path
    prefix = tf.train.latest_checkpoint(path)
    if prefix is None:
        sys.exit(f"training: tf.train.latest_checkpoint finds nothing in {path}")
    return prefix


def final_state_of(path, model):
    """The final state in another program's `training.json`: c before h, layer by layer."""
    with open(path, encoding="utf-8") as file:
        leaves = [
            np.array(leaf["values"], dtype=np.float32).reshape(leaf["shape"])
            for leaf in json.load(file)["state"]
        ]
    return tf.nest.pack_sequence_as(model.initial_state, leaves)


def start(session, prefix, counted):
    """Restores or initializes all variables. Returns the steps done, None if unknown."""
    if prefix is None:
        load_initial_values(session)
        return 0
    v1.train.Saver().restore(session, prefix)
    return int(session.run(v1.train.get_global_step())) if counted else None


def write_results(out, session, model, first_step, results, training):
    """Writes the checkpoint, its state file and `training.json`."""
    losses, norms = results
    values.save_checkpoint(session, out, first_step + len(losses))
    document = {
        "first_step": first_step,
        "losses": numbers(losses),
        "global_norms": numbers(norms),
        "state": tensors(tf.nest.flatten(training.state)),
        "shape": [model.shape.batch_size, model.shape.num_steps],
    }
    with open(os.path.join(out, "training.json"), "w", encoding="utf-8") as file:
        json.dump(document, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", help="prefix or folder (default: initial values)")
    parser.add_argument("--state", help="training.json with the initial state (default: zero)")
    parser.add_argument("--first-step", type=int, help="for a checkpoint without global_step")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--out", required=True, help="folder to write to; made if missing")
    arguments = parser.parse_args()
    disable_v2()
    prefix = arguments.checkpoint and checkpoint_prefix(arguments.checkpoint)
    counted = prefix is None or GLOBAL_STEP in values.checkpoint_values(prefix)
    text = values.TrainingText()
    os.makedirs(arguments.out, exist_ok=True)
    with values.fresh_session() as session:
        model = AnnaModel(len(text.vocabulary), shape=Shape(counted=counted))
        first_step = start(session, prefix, counted)
        if first_step is None:
            first_step = arguments.first_step
        if first_step is None:
            sys.exit(f"training: {prefix} has no {GLOBAL_STEP}: give --first-step")
        state = arguments.state and final_state_of(arguments.state, model)
        training = Training(session, model, text.encoded, first_step, state)
        results = training.run(arguments.steps, keep_prob=1.0)
        write_results(arguments.out, session, model, first_step, results, training)


if __name__ == "__main__":
    main()
