"""Golden of a training run: the book's character model, small, 50 steps, with and without dropout.

Both runs start from one checkpoint, which this program writes too.
"""

import argparse
import os
import shutil

import numpy as np
import tensorflow as tf

import golden_format
from anna_model import (
    BATCH_SIZE,
    GRAD_CLIP,
    LAYERS,
    LEARNING_RATE,
    LSTM_SIZE,
    NUM_STEPS,
    AnnaModel,
    Training,
    load_initial_values,
)
from golden_format import numbers, rounded_tensor, tensors
from graph_mode import disable_v2, one_thread

v1 = tf.compat.v1

NAME = "anna_small"
CHECKPOINT = f"{NAME}.tf-{golden_format.TENSORFLOW_VERSION}.ckpt"
TEXT = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    *("..", "..", "src", "test", "resources", "goldens", f"{NAME}.txt"),
)
STEPS = 50
# A rounding difference grows from step to step, most where Adam divides by a tiny gradient.
TOLERANCE = 1e-4


def train(text, name, keep_prob, graph_seed, wrapper_seeds, checkpoint_folder=None):
    """One run of STEPS steps. Writes the initial checkpoint if a folder is given."""
    vocabulary = sorted(set(text))
    encoded = np.array([vocabulary.index(character) for character in text], dtype=np.int32)
    with tf.Graph().as_default():
        if graph_seed is not None:
            v1.set_random_seed(graph_seed)
        model = AnnaModel(len(vocabulary), wrapper_seeds)
        with v1.Session(config=one_thread()) as session:
            load_initial_values(session)
            if checkpoint_folder is not None:
                save(session, checkpoint_folder)
            training = Training(session, model, encoded)
            losses, norms = training.run(STEPS, keep_prob)
            variables = v1.global_variables()
            return {
                "run": name,
                "keep_prob": keep_prob,
                "graph_seed": graph_seed,
                "wrapper_seeds": wrapper_seeds,
                "losses": numbers(losses),
                "global_norms": numbers(norms),
                "final_state": tensors(tf.nest.flatten(training.state)),
                "final_variables": {
                    variable.op.name: rounded_tensor(value)
                    for variable, value in zip(variables, session.run(variables))
                },
            }


def save(session, folder):
    """TF1's V2 checkpoint of all variables, without a MetaGraph."""
    v1.train.Saver(write_version=v1.train.SaverDef.V2).save(
        session, os.path.join(folder, CHECKPOINT), write_meta_graph=False, write_state=False
    )


def require_partial_clipping(run):
    """A bound that never acts, or that always acts, would prove nothing."""
    acted = [norm > GRAD_CLIP for norm in run["global_norms"]]
    if not any(acted) or all(acted):
        raise ValueError(f"the clip must act in some of the steps: {run['global_norms']}")


def cases(checkpoint_folder):
    """The documents by file name; the checkpoint goes to the folder."""
    disable_v2()
    with open(TEXT, encoding="ascii", newline="") as file:
        text = file.read()
    runs = [
        train(text, "no_dropout", 1.0, None, [None, None], checkpoint_folder),
        train(text, "dropout", 0.5, 5, [11, 12]),
    ]
    for run in runs:
        require_partial_clipping(run)
    document = {
        "generator": f"{NAME}.py",
        "tensorflow": golden_format.TENSORFLOW_VERSION,
        "case": NAME,
        "tolerance": TOLERANCE,
        "text": f"{NAME}.txt",
        "initial_checkpoint": CHECKPOINT,
        "vocabulary": "".join(sorted(set(text))),
        "batch_size": BATCH_SIZE,
        "num_steps": NUM_STEPS,
        "lstm_size": LSTM_SIZE,
        "layers": LAYERS,
        "learning_rate": LEARNING_RATE,
        "grad_clip": GRAD_CLIP,
        "steps": STEPS,
        "runs": runs,
    }
    return {NAME: document}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="folder to write to")
    folder = parser.parse_args().out
    copy = os.path.join(folder, f"{NAME}.txt")
    if os.path.abspath(copy) != os.path.normpath(TEXT):
        shutil.copyfile(TEXT, copy)
    for name, document in cases(folder).items():
        golden_format.write(folder, name, document)


if __name__ == "__main__":
    main()
