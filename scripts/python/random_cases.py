"""Goldens of random cells, loops and sizes: `random_cases.py --out DIR`.

To keep the file small, inputs come from a formula (see README.md), and a variable's gradient is
stored as two numbers.
"""

import numpy as np

import golden_format
import programs
from case_runner import Case, require_agreement
from formula_values import FormulaValues
from golden_format import number, tensor, tensors
from graph_mode import disable_v2

SEED = 20180501
COUNT = 220


class RandomSpecs:
    """Draws cells and loops."""

    def __init__(self, random):
        self._random = random

    def between(self, low, high):
        """A random integer, both bounds included."""
        return int(self._random.randint(low, high + 1))

    def sometimes(self, probability):
        return self._random.uniform() < probability

    def _one_of(self, *choices):
        return choices[self.between(0, len(choices) - 1)]

    def cell(self, depth):
        """One to three layers in a MultiRNNCell; a single layer is sometimes used without one."""
        layers = self.between(1, 3)
        if layers == 1 and self.sometimes(0.5):
            return self._layer(depth)[0]
        if self.sometimes(0.15):
            cells = [{"type": "GRUCell", "num_units": self.between(1, 4)} for _ in range(layers)]
            return {"type": "MultiRNNCell", "cells": cells, "state_is_tuple": False}
        if layers > 1 and self.sometimes(0.15):
            return self._shared(depth, layers)
        cells = []
        for _ in range(layers):
            cell, depth = self._layer(depth)
            cells.append(cell)
        return {"type": "MultiRNNCell", "cells": cells}

    def _shared(self, depth, layers):
        kind = self._one_of("BasicRNNCell", "BasicLSTMCell", "GRUCell")
        cell = {"type": kind, "num_units": depth}
        return {"type": "MultiRNNCell", "cells": [cell], "repeat_first": layers}

    def _layer(self, depth):
        """A cell, sometimes wrapped, and its output size."""
        cell, size = self._recurrent()
        if self.sometimes(0.2):
            # The sum of inputs and outputs needs equal sizes.
            cell = {"type": self._one_of("BasicLSTMCell", "GRUCell", "CustomCell")}
            cell, size = {**cell, "num_units": depth}, depth
            function = {"residual_fn": "scaled"} if self.sometimes(0.5) else {}
            cell = {"type": "ResidualWrapper", "cell": cell, **function}
        if self.sometimes(0.1):
            cell = {"type": "DeviceWrapper", "cell": cell, "device": "/device:CPU:0"}
        return cell, size

    def _recurrent(self):
        kind = self._one_of("BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell", "CustomCell")
        cell = {"type": kind, "num_units": self.between(1, 4)}
        if kind != "CustomCell" and self.sometimes(0.3):
            cell["activation"] = self._one_of("tanh", "relu", "sigmoid", "identity")
        if kind in ("BasicLSTMCell", "LSTMCell"):
            if self.sometimes(0.3):
                cell["forget_bias"] = self._one_of(0.0, 0.5, 2.0)
            if self.sometimes(0.2):
                cell["state_is_tuple"] = False
        if kind == "LSTMCell":
            self._add_lstm_options(cell)
        return cell, cell.get("num_proj", cell["num_units"])

    def _add_lstm_options(self, cell):
        if self.sometimes(0.4):
            cell["use_peepholes"] = True
        if self.sometimes(0.3):
            cell["cell_clip"] = self._one_of(0.25, 0.5)
        if self.sometimes(0.5):
            cell["num_proj"] = self.between(1, 4)
            if self.sometimes(0.4):
                cell["proj_clip"] = self._one_of(0.125, 0.25)

    def loop(self, cell_bw_depth, steps, batch):
        """A dynamic loop."""
        bidirectional = self.sometimes(0.2)
        loop = {"kind": "bidirectional_dynamic_rnn" if bidirectional else "dynamic_rnn"}
        if bidirectional:
            loop["cell_bw"] = self.cell(cell_bw_depth)
        if self.sometimes(0.25):
            loop["time_major"] = True
        if self.sometimes(0.4):
            loop["sequence_length"] = [self.between(0, steps) for _ in range(batch)]
        return loop


class BatchMajorValues:
    """Time-major values transposed for a batch-major loop."""

    def __init__(self, values):
        self._values = values

    def __call__(self, name, shape):
        if name not in ("inputs", "loss_weights/outputs"):
            return self._values(name, shape)
        batch, steps, depth = shape
        return self._values(name, [steps, batch, depth]).swapaxes(0, 1)


def random_case(specs, seed):
    """One case, run by both loops; the golden has the results of the dynamic loop."""
    steps, batch, depth = specs.between(1, 6), specs.between(1, 3), specs.between(1, 3)
    cell = specs.cell(depth)
    loop = specs.loop(depth, steps, batch)
    fed_state = specs.sometimes(0.7)
    time_major = loop.get("time_major", False)
    shape = [steps, batch, depth] if time_major else [batch, steps, depth]
    values = FormulaValues(seed)
    dynamic = Case(cell, loop, shape, values, fed_state=fed_state)
    unrolled_loop = {key: value for key, value in loop.items() if key != "time_major"}
    unrolled_loop["kind"] = {
        "dynamic_rnn": "static_rnn",
        "bidirectional_dynamic_rnn": "static_bidirectional_rnn",
    }[loop["kind"]]
    unrolled = Case(
        cell,
        unrolled_loop,
        [batch, steps, depth],
        BatchMajorValues(values) if time_major else values,
        fed_state=fed_state,
    )
    if time_major:
        result = unrolled.runs[0]
        result.outputs = result.outputs.swapaxes(0, 1)
        result.input_gradient = result.input_gradient.swapaxes(0, 1)
    require_agreement(unrolled, dynamic)
    return golden(dynamic, seed, shape)


def golden(case, seed, inputs_shape):
    """The results, and the shapes of the tensors that the formula gives."""
    result = case.runs[0]
    values = FormulaValues(seed)
    gradients = result.gradients(case.fed_state)
    gradients["variables"] = {
        name: digest(gradient, values("probe/" + name, gradient.shape))
        for name, gradient in result.variable_gradients.items()
    }
    return {
        "case": f"random_{seed:03d}",
        "seed": seed,
        "cell": case.cell,
        "loop": case.loop,
        "inputs_shape": inputs_shape,
        "initial_state_shapes": (
            [list(leaf.shape) for leaf in case.initial_state] if case.fed_state else None
        ),
        "outputs": tensor(result.outputs),
        "final_state": tensors(result.final_state),
        "loss": number(result.loss),
        "gradients": gradients,
    }


def digest(gradient, probe):
    """Two numbers instead of a tensor's values, summed in float64."""
    gradient, probe = gradient.astype(np.float64), probe.astype(np.float64)
    return {
        "shape": list(gradient.shape),
        "sum_of_squares": float(f"{np.sum(gradient * gradient):.9g}"),
        "dot_probe": float(f"{np.sum(gradient * probe):.9g}"),
    }


def cases():
    """Documents by file name."""
    disable_v2()
    specs = RandomSpecs(np.random.RandomState(SEED))
    document = {
        "generator": "random_cases.py",
        "tensorflow": golden_format.TENSORFLOW_VERSION,
        "formula_check": {"seed": 1, "name": "inputs", **tensor(FormulaValues(1)("inputs", [4]))},
        "cases": [random_case(specs, seed) for seed in range(1, COUNT + 1)],
    }
    return {"random_cases": document}


def main():
    golden_format.write_all(programs.out_folder(__doc__), cases())


if __name__ == "__main__":
    main()
