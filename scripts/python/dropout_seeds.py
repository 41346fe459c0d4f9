"""Goldens of dropout's seeds and streams: `dropout_seeds.py --out DIR`.

Each case is a loop over ones, with initial values and masks from the graph's seed alone, or with
seeds of the wrappers. Its session runs several times with different fetches; each run has the
outputs. The seed of an operation without one is the number of previous operations without one, as
in TensorFlow 2.15.
"""

import numpy as np
import tensorflow as tf

import golden_format
import programs
from cells import CellBuilder
from golden_format import rounded_tensor
from graph_mode import one_thread

GRAPH_SEED = 42
STEPS, BATCH, DEPTH = 4, 2, 3
# What the runs fetch; "outputs" is always fetched.
FETCHES = ([], [], ["sum"], [], ["state"], ["sum"], ["state", "sum"], [])

v1 = tf.compat.v1


def rnn(units=4):
    return {"type": "BasicRNNCell", "num_units": units}


def dropout(cell, **options):
    return {"type": "DropoutWrapper", "cell": cell, "output_keep_prob": 0.5, **options}


def recurrent(cell, **options):
    return dropout(cell, variational_recurrent=True, **options)


def stack(*cells):
    return {"type": "MultiRNNCell", "cells": list(cells)}


INPUTS = {"input_keep_prob": 0.6, "state_keep_prob": 0.7}
# (name, cell, backward cell, sequence_length)
CASES = (
    ("recurrent", recurrent(rnn()), None, None),
    ("recurrent, all", recurrent(rnn(), input_size=DEPTH, **INPUTS), None, None),
    ("stack of recurrent", stack(recurrent(rnn()), recurrent(rnn())), None, None),
    ("recurrent around a stack", recurrent(stack(rnn(), rnn())), None, None),
    (
        "recurrent around a stack of recurrent",
        recurrent(stack(recurrent(rnn()), dropout(recurrent(rnn(5))))),
        None,
        None,
    ),
    ("recurrent, both directions", recurrent(rnn()), recurrent(rnn(3)), None),
    (
        "stacks of recurrent, both directions",
        stack(recurrent(rnn()), recurrent(rnn())),
        stack(recurrent(rnn(3)), rnn(2)),
        None,
    ),
    ("fresh", dropout(rnn(), **INPUTS), None, None),
    ("fresh, with a seed", dropout(rnn(), seed=7, **INPUTS), None, None),
    ("stack of fresh", stack(dropout(rnn()), dropout(rnn(5), **INPUTS)), None, None),
    ("fresh, both directions", dropout(rnn()), dropout(rnn(3)), None),
    ("fresh, lengths", dropout(rnn(), seed=8), None, [3, 1]),
    ("fresh, no graph seed", dropout(rnn(), seed=9), None, None),
)


def build(kind, cell, backward, lengths):
    """The loop: outputs `[batch, steps, width]`, and one tensor of the final state."""
    x = tf.ones([BATCH, STEPS, DEPTH])
    builder = CellBuilder()
    options = {"dtype": tf.float32, "sequence_length": lengths}
    cells = [builder.build(cell)] + ([builder.build(backward)] if backward else [])
    if kind == "dynamic":
        options["parallel_iterations"] = 1
        loop = v1.nn.bidirectional_dynamic_rnn if backward else v1.nn.dynamic_rnn
        outputs, state = loop(*cells, x, **options)
        outputs = tf.concat(outputs, 2) if backward else outputs
    else:
        loop = v1.nn.static_bidirectional_rnn if backward else v1.nn.static_rnn
        results = loop(*cells, tf.unstack(x, axis=1), **options)
        outputs, state = tf.stack(results[0], 1), results[1]
    return outputs, tf.nest.flatten(state)[0]


def case(name, kind, cell, backward, lengths):
    """Builds and runs one loop."""
    graph_seed = None if name.endswith("no graph seed") else GRAPH_SEED
    with tf.Graph().as_default():
        v1.set_random_seed(graph_seed)
        # without a graph's seed only the masks are the same in each process
        initializer = v1.constant_initializer(0.3) if graph_seed is None else None
        with v1.variable_scope("", initializer=initializer):
            outputs, state = build(kind, cell, backward, lengths)
        tensors = {"sum": tf.reduce_sum(outputs), "state": state}
        with v1.Session(config=one_thread()) as session:
            session.run(v1.global_variables_initializer())
            runs = [
                session.run([outputs] + [tensors[name] for name in more])[0] for more in FETCHES
            ]
    if np.all(runs[0] != 0):
        raise ValueError(f"expected dropped values in {name}, found none")
    entry = {"case": f"{name}, {kind}", "kind": kind, "graph_seed": graph_seed, "cell": cell}
    if backward:
        entry["cell_bw"] = backward
    if lengths:
        entry["sequence_length"] = lengths
    entry["runs"] = [
        {"fetches": more, "outputs": rounded_tensor(values)}
        for more, values in zip(FETCHES, runs)
    ]
    return entry


def main():
    folder = programs.out_folder(__doc__)
    v1.disable_v2_behavior()
    document = {
        "generator": "scripts/python/dropout_seeds.py",
        "tensorflow": tf.__version__,
        "shape": [BATCH, STEPS, DEPTH],
        "cases": [
            case(name, kind, *what) for name, *what in CASES for kind in ("static", "dynamic")
        ],
    }
    golden_format.write_case_per_line(folder, "dropout_seeds", document)


if __name__ == "__main__":
    main()
