"""Goldens of training the book's model, small, for 50 steps: `anna_small.py --out DIR`.

One run without dropout, one with. Both start from one checkpoint, which this program also writes.
"""

import os
import shutil

import numpy as np
import tensorflow as tf

import golden_format
import programs
from anna_model import GRAD_CLIP, SETTINGS, AnnaModel, Training, load_initial_values
from golden_format import numbers, rounded_tensor, tensors
from graph_mode import disable_v2, one_thread

v1 = tf.compat.v1

NAME = "anna_small"
CHECKPOINT = f"{NAME}.tf-{golden_format.TENSORFLOW_VERSION}.ckpt"
STEPS = 50
# Rounding differences grow from step to step, most where Adam divides by a small number.
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
    """A V2 checkpoint of all variables, without a MetaGraph."""
    v1.train.Saver(write_version=v1.train.SaverDef.V2).save(
        session, os.path.join(folder, CHECKPOINT), write_meta_graph=False, write_state=False
    )


def require_partial_clipping(run):
    """Some steps must clip and some not, or the run does not test clipping."""
    acted = [norm > GRAD_CLIP for norm in run["global_norms"]]
    if not any(acted) or all(acted):
        raise ValueError(f"expected some steps to clip, but not all: {run['global_norms']}")


def cases(checkpoint_folder):
    """Documents by file name; writes the checkpoint to the folder."""
    disable_v2()
    with open(programs.TEXT, encoding="ascii", newline="") as file:
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
        **SETTINGS,
        "steps": STEPS,
        "runs": runs,
    }
    return {NAME: document}


def main():
    folder = programs.out_folder(__doc__)
    copy = os.path.join(folder, f"{NAME}.txt")
    if copy != programs.TEXT:
        shutil.copyfile(programs.TEXT, copy)
    golden_format.write_all(folder, cases(folder))


if __name__ == "__main__":
    main()
