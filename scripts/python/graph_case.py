"""A golden of one graph: what it was given, its variables, results and the gradients of a loss.

The loss is the sum over the results that are named in it of sum(result * weights), where the
weights are float32(cos(1 + k)) for k = 0, 1, ... in row-major order.
"""

import numpy as np
import tensorflow as tf

from golden_format import tensor
from graph_mode import load_normal_values, one_thread

v1 = tf.compat.v1


class GraphCase:
    """Builds a graph in a `with` statement; `document` runs it."""

    def __init__(self, name, seed=1, graph_seed=None, kernel_scale=0.5, runs=1):
        self.name = name
        self._random = np.random.RandomState(seed)
        self._seed = seed
        self._graph_seed = graph_seed
        self._kernel_scale = kernel_scale
        self._runs = runs
        self._given = {}
        self._tensors = {}
        self._graph = tf.Graph()
        self._entered = None

    def __enter__(self):
        self._entered = self._graph.as_default()
        self._entered.__enter__()
        if self._graph_seed is not None:
            v1.set_random_seed(self._graph_seed)
        return self

    def __exit__(self, *error):
        self._entered.__exit__(*error)

    def floats(self, name, *shape):
        """A constant of normal values."""
        return self.constant(name, self._random.normal(size=shape).astype(np.float32))

    def integers(self, name, high, *shape):
        """A constant of values from 0 to high - 1."""
        return self.constant(name, self._random.randint(0, high, shape).astype(np.int32))

    def constant(self, name, values):
        """A constant of given values."""
        values = np.asarray(values)
        if values.dtype == np.float64:
            values = values.astype(np.float32)
        if values.dtype == np.int64:
            values = values.astype(np.int32)
        self._given[name] = values
        self._tensors[name] = tf.constant(values)
        return self._tensors[name]

    def document(self, results, in_loss=()):
        """Runs the graph. `results` are tensors by name, `in_loss` names of those in the loss."""
        variables = v1.trainable_variables()
        floats = [name for name, value in self._given.items() if value.dtype == np.float32]
        gradients = []
        if in_loss:
            loss = tf.add_n([_weighted(results[name]) for name in in_loss])
            gradients = tf.gradients(loss, variables + [self._tensors[name] for name in floats])
        with v1.Session(config=one_thread()) as session:
            load_normal_values(session, self._seed + 100, self._kernel_scale, 0.3)
            values = session.run(variables)
            given = [tf.zeros([]) if g is None else tf.convert_to_tensor(g) for g in gradients]
            # together, for random values differ from run to run
            all_runs = [session.run([results, given]) for _ in range(self._runs)]
        names = [variable.op.name for variable in variables]
        document = {
            "case": self.name,
            "graph_seed": self._graph_seed,
            "given": {name: tensor(value) for name, value in self._given.items()},
            "variables": dict(zip(names, map(tensor, values))),
            "runs": [{key: tensor(value) for key, value in found.items()} for found, _ in all_runs],
        }
        if in_loss:
            document["in_loss"] = list(in_loss)
            document["gradients"] = {
                name: None if gradient is None else tensor(value)
                for name, gradient, value in zip(names + floats, gradients, all_runs[0][1])
            }
        return document


def _weighted(result):
    count = tf.size(result)
    weights = tf.cast(tf.cos(tf.cast(tf.range(1, count + 1), tf.float64)), result.dtype)
    return tf.reduce_sum(tf.reshape(result, [-1]) * weights)
