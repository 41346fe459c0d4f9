"""Goldens of training steps of random cells: `random_training.py --out DIR`.

200 draws of options in odd combinations: cells and wrappers with all their options, loops,
lengths with zeros, one step, one row, each optimizer, clipping, float16, float32 and float64. A
case is 20 training steps. As in `random_cases.py` inputs come from a formula, and a tensor is
stored as two numbers.
"""

import itertools

import numpy as np
import tensorflow as tf

import golden_format
import programs
from formula_values import FormulaValues
from golden_format import number
from graph_mode import disable_v2, unoptimized
from loops import Loop
from random_cases import RandomSpecs, digest

v1 = tf.compat.v1
SEED = 20261128
COUNT = 200
STEPS = 20
OPTIMIZERS = (
    ("GradientDescentOptimizer", ({},)),
    ("MomentumOptimizer", ({"momentum": 0.9}, {"momentum": 0.5, "use_nesterov": True})),
    ("AdagradOptimizer", ({}, {"initial_accumulator_value": 0.5})),
    ("RMSPropOptimizer", ({}, {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-3})),
    ("AdamOptimizer", ({}, {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3})),
)
TOLERANCES = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-8}
LOOPS = (
    "dynamic_rnn",
    "static_rnn",
    "bidirectional_dynamic_rnn",
    "static_bidirectional_rnn",
    "stack_bidirectional_dynamic_rnn",
)


class TrainingSpecs(RandomSpecs):
    """Draws cells with more options than `random_cases.py`, loops and optimizers."""

    def layers(self, depth, count):
        """Cells for a stack."""
        cells = []
        for _ in range(count):
            cell, depth = self._wrapped(depth)
            cells.append(cell)
        return cells

    def stack(self, depth):
        """A cell, or one to three in a MultiRNNCell, sometimes with dropout around it."""
        cells = self.layers(depth, self.between(1, 3))
        if len(cells) == 1 and self.sometimes(0.5):
            return cells[0]
        cell = {"type": "MultiRNNCell", "cells": cells}
        return self._dropout(cell, depth) if self.sometimes(0.2) else cell

    def _wrapped(self, depth):
        """A layer with up to three wrappers, and its output size."""
        if self.sometimes(0.3):
            cell, size = self._of_size(depth)
            if self.sometimes(0.4):
                cell = self._dropout(cell, depth)
            function = {"residual_fn": "scaled"} if self.sometimes(0.5) else {}
            cell = {"type": "ResidualWrapper", "cell": cell, **function}
        else:
            cell, size = self._any_cell()
        if self.sometimes(0.4):
            cell = self._dropout(cell, depth)
        if self.sometimes(0.1):
            cell = {"type": "DeviceWrapper", "cell": cell, "device": "/device:CPU:0"}
        return cell, size

    def _of_size(self, depth):
        """A cell whose outputs are as wide as its inputs, as a ResidualWrapper needs it."""
        if self.sometimes(0.4):
            cell = {"type": "LSTMCell", "num_units": self.between(1, 4)}
            self._add_lstm_options(cell)
            return {**cell, "num_proj": depth}, depth
        kind = self._one_of("BasicRNNCell", "BasicLSTMCell", "GRUCell", "CustomCell", "UGRNNCell")
        return {"type": kind, "num_units": depth}, depth

    def _any_cell(self):
        kind = self._one_of("plain", "plain", "LSTMCell", "UGRNNCell", "NASCell", "layer norm")
        if kind == "plain":
            return self._recurrent()
        if kind == "layer norm":
            # a row of one unit has no variance
            cell = {"type": "LayerNormBasicLSTMCell", "num_units": self.between(3, 5)}
            if self.sometimes(0.4):
                cell["layer_norm"] = False
            if self.sometimes(0.5):
                cell["dropout_keep_prob"] = self._one_of(0.5, 0.8)
                if self.sometimes(0.5):
                    cell["dropout_prob_seed"] = self.between(1, 99)
            return cell, cell["num_units"]
        cell = {"type": kind, "num_units": self.between(1, 4)}
        if kind == "LSTMCell":
            self._add_lstm_options(cell)
        if kind == "UGRNNCell" and self.sometimes(0.5):
            cell["forget_bias"] = self._one_of(0.0, 2.0)
        if kind == "NASCell":
            if self.sometimes(0.5):
                cell["use_bias"] = True
            if self.sometimes(0.5):
                cell["num_proj"] = self.between(1, 4)
        return cell, cell.get("num_proj", cell["num_units"])

    def _dropout(self, cell, depth):
        wrapper = {"type": "DropoutWrapper", "cell": cell}
        for name in ("input_keep_prob", "output_keep_prob", "state_keep_prob"):
            if self.sometimes(0.6):
                wrapper[name] = self._one_of(0.5, 0.7, 0.9)
        if self.sometimes(0.3):
            wrapper["variational_recurrent"] = True
            if wrapper.get("input_keep_prob", 1.0) < 1.0:
                wrapper["input_size"] = depth
        elif self.sometimes(0.2):
            wrapper["keep_prob_as_operand"] = True
        if self.sometimes(0.5):
            wrapper["seed"] = self.between(1, 99)
        return wrapper

    def draw_loop(self, depth, steps, batch):
        """A cell and the loop it runs in."""
        loop = {"kind": self._one_of(*LOOPS, "dynamic_rnn")}
        if loop["kind"].startswith("stack"):
            layers = self.between(1, 2)
            # both directions of a layer are joined: the next one's inputs
            forward = [self._any_cell() for _ in range(layers)]
            backward = [self._any_cell() for _ in range(layers)]
            cell = {"type": "MultiRNNCell", "cells": [part for part, _ in forward]}
            loop["cell_bw"] = {"type": "MultiRNNCell", "cells": [part for part, _ in backward]}
        else:
            cell = self.stack(depth)
            if "bidirectional" in loop["kind"]:
                loop["cell_bw"] = self.stack(depth)
        if "dynamic" in loop["kind"] and self.sometimes(0.25):
            loop["time_major"] = True
        if self.sometimes(0.4):
            loop["sequence_length"] = [self.between(0, steps) for _ in range(batch)]
        return cell, loop

    def optimizer(self):
        """A class, its arguments and a learning rate."""
        name, arguments = self._one_of(*OPTIMIZERS)
        rate = self._one_of(0.003, 0.01) if name in ("RMSPropOptimizer", "AdamOptimizer") else 0.05
        return {
            "optimizer": name,
            "arguments": self._one_of(*arguments),
            "learning_rate": rate,
        }

    def dtype(self):
        return self._one_of(*["float32"] * 5, *["float64"] * 4, "float16")


class Training:
    """Twenty steps of one model in one session."""

    def __init__(self, spec, seed):
        self._values = FormulaValues(seed)
        self._dtype = np.dtype(spec["dtype"])
        with tf.Graph().as_default():
            v1.set_random_seed(seed)
            self._loop = Loop(
                spec["cell"], spec["loop"], spec["inputs_shape"], False, dtype=self._dtype
            )
            self._loss = self._mean_squares()
            self._train, self._gradients = self._training_step(spec)
            self._run()

    def _formula(self, name, shape):
        return self._values(name, shape).astype(self._dtype)

    def _mean_squares(self):
        """Of the differences of all results from fixed targets."""
        loss = self._distance("targets/outputs", self._loop.outputs)
        for k, leaf in enumerate(self._loop.final_state):
            loss += self._distance(f"targets/state/{k}", leaf)
        return loss

    def _distance(self, name, found):
        targets = tf.constant(self._formula(name, found.shape.as_list()))
        return tf.reduce_mean(tf.square(found - targets))

    def _training_step(self, spec):
        drawn = spec["optimizer"]
        optimizer = getattr(v1.train, drawn["optimizer"])(
            drawn["learning_rate"], **drawn["arguments"]
        )
        # no variable may change before all gradients have read it
        gate = v1.train.Optimizer.GATE_GRAPH
        pairs = optimizer.compute_gradients(self._loss, gate_gradients=gate)
        gradients, variables = zip(*pairs)
        clipped = gradients
        if spec["clip_norm"] is not None:
            clipped, _ = tf.clip_by_global_norm(gradients, spec["clip_norm"])
        names = [variable.op.name for variable in variables]
        # two directions may share nothing that the loss reads, for instance at length 0
        known = {name: g for name, g in zip(names, gradients) if g is not None}
        return optimizer.apply_gradients(zip(clipped, variables)), known

    def _run(self):
        trained = v1.trainable_variables()
        inputs = self._formula("inputs", self._loop.inputs.shape.as_list())
        feeds = {self._loop.inputs: inputs, **self._loop.feeds}
        self.losses = []
        with v1.Session(config=unoptimized()) as session:
            session.run(v1.global_variables_initializer())
            for variable in trained:
                variable.load(self._formula(variable.op.name, variable.shape.as_list()), session)
            for step in range(STEPS):
                loss, gradients, _ = session.run([self._loss, self._gradients, self._train], feeds)
                self.losses.append(loss)
                if step == 0:
                    self.gradients = gradients
            self.variables = {
                variable.op.name: value for variable, value in zip(trained, session.run(trained))
            }

    def digests(self, tensors):
        """Two numbers for each tensor by name."""
        return {
            name: digest(value, self._values("probe/" + name, value.shape))
            for name, value in tensors.items()
        }


def normalizes_dropped_inputs(cell, dropped=False):
    """Whether a layer normalization may see a row of almost no variance."""
    if cell is None:
        return False
    if cell["type"] == "LayerNormBasicLSTMCell":
        return dropped and cell.get("layer_norm", True)
    dropped = dropped or cell.get("input_keep_prob", 1.0) < 1.0
    inner = cell.get("cells", []) + ([cell["cell"]] if "cell" in cell else [])
    return any(normalizes_dropped_inputs(part, dropped) for part in inner)


def random_training(specs, seed):
    """One case; None if its losses are not finite, as where float16 rounds an epsilon to 0, or if
    rounding grows without bound in it."""
    steps, batch, depth = specs.between(1, 5), specs.between(1, 3), specs.between(1, 4)
    cell, loop = specs.draw_loop(depth, steps, batch)
    spec = {
        "case": f"training_{seed:03d}",
        "seed": seed,
        "dtype": specs.dtype(),
        "cell": cell,
        "loop": loop,
        "inputs_shape": (
            [steps, batch, depth] if loop.get("time_major") else [batch, steps, depth]
        ),
        "optimizer": specs.optimizer(),
        "clip_norm": 0.5 if specs.sometimes(0.4) else None,
    }
    # what compare_goldens.py and the Java test allow
    spec["tolerance"] = TOLERANCES[spec["dtype"]]
    if normalizes_dropped_inputs(cell) or normalizes_dropped_inputs(loop.get("cell_bw")):
        return None
    training = Training(spec, seed)
    if not np.all(np.isfinite(training.losses)):
        return None
    return {
        **spec,
        "losses": (
            [number(np.float32(loss)) for loss in training.losses]
            if spec["dtype"] != "float64"
            else [float(f"{loss:.14g}") for loss in training.losses]
        ),
        "gradients": training.digests(training.gradients),
        "variables": training.digests(training.variables),
    }


def cases():
    """Documents by file name."""
    disable_v2()
    specs = TrainingSpecs(np.random.RandomState(SEED))
    drawn = (random_training(specs, seed) for seed in itertools.count(1))
    return {
        "generator": "random_training.py",
        "tensorflow": golden_format.TENSORFLOW_VERSION,
        "cases": list(itertools.islice(filter(None, drawn), COUNT)),
    }


def main():
    golden_format.write_case_per_line(programs.out_folder(__doc__), "random_training", cases())


if __name__ == "__main__":
    main()
