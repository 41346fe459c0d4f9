"""Runs one case: a cell in a loop with given inputs, and its gradients."""

import zlib

import numpy as np
import tensorflow as tf

from cells import has_dropout, zero_state_names
from golden_format import number, tensor, tensors
from graph_mode import one_thread
from loops import Loop

v1 = tf.compat.v1


class RandomValues:
    """Normal values times 0.5, rounded to three digits to keep the files small."""

    def __init__(self, text):
        self._state = np.random.RandomState(zlib.crc32(text.encode("utf-8")))

    def __call__(self, name, shape):
        return np.round(self._state.normal(size=shape) * 0.5, 3).astype(np.float32)


class Results:
    """The results of one run of a case, as arrays."""

    def __init__(self, fetched):
        self.outputs = fetched["outputs"]
        self.final_state = fetched["final_state"]
        self.loss = fetched["loss"]
        self.variable_gradients = fetched["variable_gradients"]
        self.input_gradient = fetched["input_gradient"]
        self.state_gradients = fetched["state_gradients"]

    def arrays(self):
        """All results in a fixed order, variables by name."""
        gradients = [self.variable_gradients[name] for name in sorted(self.variable_gradients)]
        return (
            [self.outputs, *self.final_state, np.asarray(self.loss)]
            + gradients
            + [self.input_gradient, *self.state_gradients]
        )

    def gradients(self, fed_state):
        """The golden form of the gradients."""
        return {
            "variables": {
                name: tensor(value) for name, value in self.variable_gradients.items()
            },
            "inputs": tensor(self.input_gradient),
            "initial_state": tensors(self.state_gradients) if fed_state else None,
        }


class Case:
    """One cell, one loop, one set of inputs, `runs` runs in one session."""

    def __init__(
        self, cell, loop, inputs_shape, values, graph_seed=None, fed_state=True, runs=1
    ):
        self.cell = cell
        self.loop = loop
        self.graph_seed = graph_seed
        self.fed_state = fed_state
        with tf.Graph().as_default() as graph:
            if graph_seed is not None:
                v1.set_random_seed(graph_seed)
            self._built = Loop(cell, loop, inputs_shape, fed_state)
            self.random_seed_pairs = _seed_pairs(graph)
            self._add_loss_and_gradients()
            self._choose_values(values)
            with v1.Session(config=one_thread()) as session:
                for variable in self._variables:
                    variable.load(self.variables[variable.op.name], session)
                self.runs = [
                    Results(session.run(self._fetches, self._feeds)) for _ in range(runs)
                ]

    def _add_loss_and_gradients(self):
        built = self._built
        self._variables = v1.global_variables()
        self._output_weights = v1.placeholder(tf.float32, built.outputs.shape)
        self._state_weights = [v1.placeholder(tf.float32, leaf.shape) for leaf in built.final_state]
        loss = tf.reduce_sum(built.outputs * self._output_weights)
        for leaf, weights in zip(built.final_state, self._state_weights):
            loss += tf.reduce_sum(leaf * weights)
        sources = [*self._variables, built.inputs, *built.initial_state]
        gradients = v1.gradients(loss, sources)
        for source, gradient in zip(sources, gradients):
            if gradient is None:
                raise ValueError(f"{source.name} has no gradient in {self.cell} {self.loop}")
        count = len(self._variables)
        self._fetches = {
            "outputs": built.outputs,
            "final_state": built.final_state,
            "loss": loss,
            "variable_gradients": {
                variable.op.name: gradient
                for variable, gradient in zip(self._variables, gradients)
            },
            "input_gradient": gradients[count],
            "state_gradients": gradients[count + 1 :],
        }

    def _choose_values(self, values):
        built = self._built

        def for_tensor(name, placeholder):
            return values(name, placeholder.shape.as_list())

        def for_list(prefix, placeholders):
            return [for_tensor(f"{prefix}/{k}", leaf) for k, leaf in enumerate(placeholders)]

        self.inputs = for_tensor("inputs", built.inputs)
        self.initial_state = for_list("initial_state", built.initial_state)
        self.output_weights = for_tensor("loss_weights/outputs", self._output_weights)
        self.state_weights = for_list("loss_weights/state", self._state_weights)
        self.variables = {
            variable.op.name: for_tensor(variable.op.name, variable)
            for variable in self._variables
        }
        placeholders = [
            built.inputs,
            *built.initial_state,
            self._output_weights,
            *self._state_weights,
        ]
        arrays = [self.inputs, *self.initial_state, self.output_weights, *self.state_weights]
        self._feeds = {**dict(zip(placeholders, arrays)), **built.feeds}

    def golden(self, name):
        """The case with its inputs and results."""
        first = self.runs[0]
        document = {
            "case": name,
            "cell": self.cell,
            "loop": self.loop,
            "graph_seed": self.graph_seed,
            "inputs": tensor(self.inputs),
            "initial_state": tensors(self.initial_state) if self.fed_state else None,
            "variables": {key: tensor(value) for key, value in self.variables.items()},
            "loss_weights": {
                "outputs": tensor(self.output_weights),
                "state": tensors(self.state_weights),
            },
            "outputs": tensor(first.outputs),
            "final_state": tensors(first.final_state),
            "loss": number(first.loss),
            "gradients": first.gradients(self.fed_state),
        }
        if "cell_bw" not in self.loop:
            document["zero_state_names"] = zero_state_names(self.cell, self._built.batch_size)
        if has_dropout(self.cell):
            document["random_seed_pairs"] = self.random_seed_pairs
        if len(self.runs) > 1:
            second = self.runs[1]
            document["second_run"] = {
                "outputs": tensor(second.outputs),
                "final_state": tensors(second.final_state),
                "loss": number(second.loss),
            }
        return document


def require_agreement(unrolled, dynamic):
    """Requires the same results of both loops, to 1e-6."""
    for one, other in zip(unrolled.runs[0].arrays(), dynamic.runs[0].arrays()):
        if not np.allclose(one, other, rtol=1e-6, atol=1e-6):
            raise ValueError(
                f"unrolled and dynamic differ by {np.max(np.abs(one - other))}"
                f" in {dynamic.cell} {dynamic.loop}"
            )


def _seed_pairs(graph):
    """The two seeds of each random operation of dropout, in the order of creation."""
    return [
        [operation.get_attr("seed"), operation.get_attr("seed2")]
        for operation in graph.get_operations()
        if operation.type == "RandomUniform" and "/Initializer/" not in operation.name
    ]
