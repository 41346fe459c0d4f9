"""Goldens of tf.train.ExponentialMovingAverage: `exponential_moving_average.py --out DIR`."""

import numpy as np
import tensorflow as tf

import golden_format
import programs
from golden_format import tensor
from graph_mode import disable_v2, one_thread

v1 = tf.compat.v1

STEPS = 5
SHAPES = {"rnn/kernel": (2, 3), "rnn/bias": (3,)}
# (case, arguments of ExponentialMovingAverage, type, whether resource variables)
CASES = (
    ("plain", {"decay": 0.9}, tf.float32, False),
    ("resources", {"decay": 0.75}, tf.float32, True),
    ("float64", {"decay": 0.999}, tf.float64, False),
    ("float16", {"decay": 0.5}, tf.float16, True),
    ("counted", {"decay": 0.99, "num_updates": True}, tf.float32, False),
    ("named", {"decay": 0.0, "name": "Averages"}, tf.float32, False),
    ("zero_debias", {"decay": 0.9, "zero_debias": True}, tf.float32, False),
    (
        "zero_debias, counted",
        {"decay": 0.9, "zero_debias": True, "num_updates": True},
        tf.float64,
        False,
    ),
)


def values(random, shape, dtype):
    return (random.randn(*shape) * 0.7).astype(dtype.as_numpy_dtype)


def exact(value):
    """A float16 as a float32, which JSON restores."""
    return np.asarray(value, np.float64 if value.dtype == np.float64 else np.float32)


def case(label, arguments, dtype, use_resource, seed):
    """Averages of two variables that change each step, and of a tensor that is fed."""
    random = np.random.RandomState(seed)
    arguments = dict(arguments)
    initial = {name: values(random, shape, dtype) for name, shape in SHAPES.items()}
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        variables = [
            v1.get_variable(name, initializer=value, use_resource=use_resource)
            for name, value in initial.items()
        ]
        step = v1.train.create_global_step()
        fed = [v1.placeholder(dtype, shape) for shape in SHAPES.values()]
        loss = v1.placeholder(dtype, [2], name="loss")
        given = dict(arguments)
        if given.pop("num_updates", False):
            given["num_updates"] = step
        average = tf.train.ExponentialMovingAverage(**given)
        names_before = [average.average_name(variable) for variable in variables]
        change = [v1.assign_sub(variable, value) for variable, value in zip(variables, fed)]
        with tf.control_dependencies(change + [v1.assign_add(step, 1)]):
            # fresh reads: the values of reference variables are read when they are computed
            update = average.apply(variables)
        update_tensor = average.apply([loss])
        second = tf.train.ExponentialMovingAverage(0.5)
        second.apply(variables[:1])
        restored = {name: v.op.name for name, v in average.variables_to_restore().items()}
        everything = {
            v.op.name: v for v in v1.global_variables() if v.dtype.base_dtype != tf.int64
        }
        session.run(v1.global_variables_initializer())
        steps = []
        for _ in range(STEPS):
            found = {name: values(random, shape, dtype) for name, shape in SHAPES.items()}
            found["loss"] = values(random, (2,), dtype)
            session.run(update, dict(zip(fed, found.values())))
            session.run(update_tensor, {loss: found["loss"]})
            after = session.run(everything)
            steps.append(
                {
                    "subtracted": {name: tensor(exact(value)) for name, value in found.items()},
                    "variables": {name: tensor(exact(after[name])) for name in sorted(after)},
                }
            )
    return {
        "case": label,
        "arguments": arguments,
        "dtype": dtype.name,
        "use_resource": use_resource,
        "initial": {name: tensor(exact(value)) for name, value in initial.items()},
        "operation": update.name,
        "average_names": names_before,
        "variables": list(everything),
        "variables_to_restore": dict(sorted(restored.items())),
        "steps": steps,
    }


def main():
    folder = programs.out_folder(__doc__)
    disable_v2()
    document = {
        "generator": "scripts/python/exponential_moving_average.py",
        "tensorflow": tf.__version__,
        "cases": [case(*what, seed=20 + k) for k, what in enumerate(CASES)],
    }
    golden_format.write_case_per_line(folder, "exponential_moving_average", document)


if __name__ == "__main__":
    main()
