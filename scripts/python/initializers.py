"""Goldens of TF1's initializers: `initializers.py --out DIR`.

Each case is one graph of get_variable calls: their arguments, the rule for missing seeds, the
operations that were added, and the values.

The seed of an operation without one depends on the version of TensorFlow: "operations" is the rule
of TF 1.x (the number of operations in the graph), "numbered" the later one (the number of previous
operations without a seed). TensorFlow 2 has the later rule; for the earlier one this program
replaces TensorFlow's function that resolves seeds.
"""

import math

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import random_seed

import golden_format
import programs
from golden_format import number, tensor
from graph_mode import one_thread



def xavier(uniform, seed):
    """tf.contrib.layers.xavier_initializer, which TensorFlow 2 lacks; its normal is not glorot's."""

    def initial_value(shape, dtype=tf.float32):
        others = math.prod(shape[:-2])
        fans = others * (shape[-2:][0] + shape[-1]) if shape else 2.0
        if uniform:
            limit = math.sqrt(3.0 / (fans / 2.0))
            return tf.compat.v1.random_uniform(shape, -limit, limit, dtype, seed=seed)
        deviation = math.sqrt(1.3 / (fans / 2.0))
        return tf.compat.v1.truncated_normal(shape, 0.0, deviation, dtype, seed=seed)

    return initial_value


INITIALIZERS = {
    "zeros": tf.compat.v1.zeros_initializer,
    "ones": tf.compat.v1.ones_initializer,
    "constant": tf.compat.v1.constant_initializer,
    "glorot_uniform": tf.compat.v1.glorot_uniform_initializer,
    "glorot_normal": tf.compat.v1.glorot_normal_initializer,
    "truncated_normal": tf.compat.v1.truncated_normal_initializer,
    "random_normal": tf.compat.v1.random_normal_initializer,
    "random_uniform": tf.compat.v1.random_uniform_initializer,
    "orthogonal": tf.compat.v1.orthogonal_initializer,
    "variance_scaling": tf.compat.v1.variance_scaling_initializer,
    "he_normal": tf.compat.v1.initializers.he_normal,
    "he_uniform": tf.compat.v1.initializers.he_uniform,
    "lecun_normal": tf.compat.v1.initializers.lecun_normal,
    "lecun_uniform": tf.compat.v1.initializers.lecun_uniform,
    "xavier": xavier,
}
UNSEEDED = ("zeros", "ones", "constant")
RESOLVE = random_seed.get_seed

RANDOM = (
    ("glorot_uniform", [], [3, 4]),
    ("glorot_uniform", [], [5]),
    ("glorot_uniform", [], []),
    ("glorot_uniform", [], [2, 3, 2, 4]),
    ("glorot_normal", [], [4, 3]),
    ("glorot_normal", [], [7]),
    ("truncated_normal", [0.0, 0.1], [6, 5]),
    ("truncated_normal", [0.5, 2.0], [9]),
    ("random_normal", [0.0, 1.0], [3, 3]),
    ("random_normal", [-1.5, 0.3], [2, 2, 2]),
    ("random_uniform", [0.0, 1.0], [8]),
    ("random_uniform", [-0.08, 0.08], [4, 3]),
    ("orthogonal", [1.0], [4, 4]),
    ("orthogonal", [1.5], [3, 5]),
    ("orthogonal", [0.7], [5, 2]),
    ("orthogonal", [1.0], [2, 2, 3]),
)
FIXED = (
    ("zeros", [], [2, 3]),
    ("zeros", [], [999]),
    ("zeros", [], [1000]),
    ("zeros", [], []),
    ("ones", [], [3]),
    ("ones", [], [40, 25]),
    ("constant", [2.5], [2, 2]),
    ("constant", [0.1], []),
    ("constant", [1.0, -2.0, 3.0, 4.0, 5.0, 6.0], [2, 3]),
    ("constant", [1.0, -2.0, 0.25], [3, 2]),
)
# numbers that TensorFlow takes though they draw nothing, or in the other direction
UNUSUAL = (
    ("truncated_normal", [0.5, 0.0], [3]),
    ("random_normal", [-1.0, 0.0], [2]),
    ("random_normal", [0.0, -1.0], [4]),
    ("random_uniform", [1.0, -1.0], [4]),
    ("random_uniform", [0.25, 0.25], [2]),
    ("orthogonal", [0.0], [2, 3]),
)
SCALED = (
    *(
        ("variance_scaling", [scale, mode, distribution], [4, 3])
        for scale in (1.0, 0.1)
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("normal", "truncated_normal", "untruncated_normal", "uniform")
    ),
    ("variance_scaling", [], [3, 2]),
    *(
        (name, [], shape)
        for name in ("he_normal", "he_uniform", "lecun_normal", "lecun_uniform")
        for shape in ([5, 2], [7], [], [2, 3, 2, 4])
    ),
    *(
        ("xavier", [uniform], shape)
        for uniform in (True, False)
        for shape in ([5, 2], [7], [], [2, 3, 2, 4])
    ),
)
# (graph seed, operation seed): both, only one, zero, negative, and greater than 2^31 - 1.
SEEDS = (
    (1234, 7),
    (1234, None),
    (None, 7),
    (0, 0),
    (None, 0),
    (0, None),
    (-5, 3),
    (42, -9),
    (2**31 - 1, 2**31 - 1),
    (2**33 + 11, 2**40 + 13),
    (-(2**35), -(2**31)),
)


def resolve_as_tf1(op_seed):
    """TF 1.x: the number of operations in the graph replaces a missing operation seed."""
    graph = tf.compat.v1.get_default_graph()
    if op_seed is None and graph.seed is not None:
        op_seed = len(graph.get_operations())
    return RESOLVE(op_seed)


def stored(name, array):
    """A variable's value in the golden; of a large constant one, a single number."""
    if array.size < 100:
        return tensor(array)
    if np.unique(array).size != 1:
        raise ValueError(f"{name} is large and not constant")
    return {"shape": list(array.shape), "values": [number(array.reshape(-1)[0])]}


def initializer(name, arguments, seed):
    """TF1's initializer object."""
    if name == "constant":
        value = arguments[0] if len(arguments) == 1 else arguments
        return INITIALIZERS[name](value)
    if name in UNSEEDED:
        return INITIALIZERS[name]()
    return INITIALIZERS[name](*arguments, seed=seed)


def case(label, rule, graph_seed, wanted):
    """One graph; `wanted` is a list of (initializer, arguments, shape, operation seed)."""
    random_seed.get_seed = resolve_as_tf1 if rule == "operations" else RESOLVE
    graph = tf.Graph()
    with graph.as_default():
        if graph_seed is not None:
            tf.compat.v1.set_random_seed(graph_seed)
        variables = [
            tf.compat.v1.get_variable(f"v{k}", shape, initializer=initializer(name, arguments, seed))
            for k, (name, arguments, shape, seed) in enumerate(wanted)
        ]
        operations = [operation.type for operation in graph.get_operations()]
        with tf.compat.v1.Session(config=one_thread()) as session:
            session.run([variable.initializer for variable in variables])
            values = session.run(variables)
    random_seed.get_seed = RESOLVE
    entries = []
    for k, (name, arguments, shape, seed) in enumerate(wanted):
        entry = {
            "initializer": name,
            "arguments": arguments,
            "shape": shape,
            "op_seed": seed,
        }
        # The order of sums in a QR factorization depends on the machine.
        entry.update({"tolerance": 1e-5} if name == "orthogonal" else {"exact": True})
        entry["value"] = stored(f"{label}/v{k}", values[k])
        entries.append(entry)
    return {
        "case": label,
        "seed_rule": rule,
        "graph_seed": graph_seed,
        "operations": operations,
        "variables": entries,
    }


def cases():
    """The document."""
    result = [
        case("fixed values", "operations", None, [(*what, None) for what in FIXED]),
        case("each with both seeds", "operations", 1234, [(*what, 7) for what in RANDOM]),
        case("each with its own seed only", "operations", None, [(*what, 7) for what in RANDOM]),
    ]
    result.append(case("unusual numbers", "operations", 1234, [(*what, 7) for what in UNUSUAL]))
    for rule in ("operations", "numbered"):
        without = [(*what, None) for what in RANDOM]
        result.append(case(f"no operation seeds, {rule}", rule, 1234, without))
        mixed = [
            ("glorot_uniform", [], [2, 3], None),
            ("zeros", [], [3], None),
            ("random_normal", [0.0, 1.0], [4], 11),
            ("zeros", [], [50, 40], None),
            ("truncated_normal", [0.0, 0.1], [3, 2], None),
            ("constant", [1.0, 2.0], [4], None),
            ("orthogonal", [1.0], [2, 3], None),
            ("random_uniform", [-1.0, 1.0], [5], None),
        ]
        result.append(case(f"a mixed graph, {rule}", rule, 87, mixed))
        for graph_seed, seed in SEEDS:
            pair = [("random_uniform", [0.0, 1.0], [3], seed), ("glorot_uniform", [], [2, 2], seed)]
            label = f"graph seed {graph_seed}, operation seed {seed}, {rule}"
            result.append(case(label, rule, graph_seed, pair))
        result.append(
            case(f"scaled by the fans, {rule}", rule, 55, [(*what, None) for what in SCALED])
        )
    result.append(case("scaled by the fans, seeds", "operations", 1234, [(*w, 7) for w in SCALED]))
    return {
        "generator": "scripts/python/initializers.py",
        "tensorflow": tf.__version__,
        "cases": result,
    }


def main():
    folder = programs.out_folder(__doc__)
    tf.compat.v1.disable_v2_behavior()
    golden_format.write_case_per_line(folder, "initializers", cases())


if __name__ == "__main__":
    main()
