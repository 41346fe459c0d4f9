"""Goldens of contrib's fused LSTM cells: `contrib_block_cells.py --out DIR`. TensorFlow 1.15.

`LSTMBlockCell` and `CudnnCompatibleLSTMCell`, which reads the checkpoints of `CudnnLSTM`.
"""

import tensorflow as tf

import golden_format
import graph_mode
import programs
from graph_case import GraphCase

rnn_cell = tf.nn.rnn_cell
nest = tf.contrib.framework.nest

BATCH, STEPS, DEPTH, UNITS = 2, 3, 3, 4


def block():
    return tf.contrib.rnn.LSTMBlockCell(UNITS)


def compatible():
    return tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell(UNITS)


def compatible_stack():
    return rnn_cell.MultiRNNCell([compatible(), compatible()])


CELLS = {
    "LSTMBlockCell": block,
    "CudnnCompatibleLSTMCell": compatible,
    "stack of CudnnCompatibleLSTMCell": compatible_stack,
}


def cases():
    for name, cell in CELLS.items():
        with GraphCase(name) as case:
            inputs = case.floats("inputs", BATCH, STEPS, DEPTH)
            outputs, state = tf.nn.dynamic_rnn(cell(), inputs, dtype=tf.float32)
            results = {"outputs": outputs}
            results.update({f"final_{k}": leaf for k, leaf in enumerate(nest.flatten(state))})
            yield case.document(results, list(results))


def main():
    folder = programs.out_folder(__doc__)
    graph_mode.disable_v2()
    found = {
        "generator": "scripts/python/contrib_block_cells.py",
        "tensorflow": tf.__version__,
        "cases": list(cases()),
    }
    golden_format.write_case_per_line(folder, "contrib_block_cells", found, tf.__version__)


if __name__ == "__main__":
    main()
