"""Goldens of TF1's optimizers: `optimizers.py --out DIR`.

Each case is six steps of one optimizer with given gradients: the initial values, the gradients of
each step, and all variables after it, including slots.
"""

import numpy as np
import tensorflow as tf

import golden_format
import programs
from golden_format import tensor

STEPS = 6
SHAPES = {"rnn/kernel": (2, 3), "rnn/bias": (3,)}
DECAYED = [0.1, 0.08, 0.05, 0.05, 0.02, 0.01]

# (case, class, arguments by TF1's names, learning rate: one number, or one per step)
OPTIMIZERS = (
    ("gradient descent", "GradientDescentOptimizer", {}, 0.1),
    ("gradient descent, fed rate", "GradientDescentOptimizer", {}, DECAYED),
    ("momentum", "MomentumOptimizer", {"momentum": 0.9}, 0.1),
    ("momentum, fed rate", "MomentumOptimizer", {"momentum": 0.8}, DECAYED),
    ("nesterov", "MomentumOptimizer", {"momentum": 0.9, "use_nesterov": True}, 0.1),
    ("adagrad", "AdagradOptimizer", {}, 0.1),
    ("adagrad, options", "AdagradOptimizer", {"initial_accumulator_value": 0.5}, DECAYED),
    ("rmsprop", "RMSPropOptimizer", {}, 0.01),
    (
        "rmsprop, options",
        "RMSPropOptimizer",
        {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-3},
        DECAYED,
    ),
    ("adam", "AdamOptimizer", {}, 0.1),
    ("adam, options", "AdamOptimizer", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}, DECAYED),
)


def draw(random):
    """A random tensor for each variable."""
    return {name: (random.randn(*shape) * 0.7).astype(np.float32) for name, shape in SHAPES.items()}


def case(label, class_name, arguments, rate, seed):
    """Runs one optimizer."""
    random = np.random.RandomState(seed)
    initial = draw(random)
    gradients = [draw(random) for _ in range(STEPS)]
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        variables = {
            name: v1.get_variable(name, shape, initializer=v1.constant_initializer(initial[name]))
            for name, shape in SHAPES.items()
        }
        fed = {name: v1.placeholder(tf.float32, shape) for name, shape in SHAPES.items()}
        fed_rate = v1.placeholder(tf.float32, [])
        by_step = isinstance(rate, list)
        optimizer = getattr(v1.train, class_name)(fed_rate if by_step else rate, **arguments)
        train = optimizer.apply_gradients(
            [(fed[name], variables[name]) for name in SHAPES],
            global_step=v1.train.create_global_step(),
        )
        everything = {
            variable.op.name: variable
            for variable in v1.global_variables()
            if variable.dtype.base_dtype == tf.float32
        }
        steps = []
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for k in range(STEPS):
                feed = {fed[name]: gradients[k][name] for name in SHAPES}
                feed[fed_rate] = rate[k] if by_step else 0.0
                session.run(train, feed)
                values = session.run(everything)
                steps.append({name: tensor(values[name]) for name in sorted(values)})
    return {
        "case": label,
        "optimizer": class_name,
        "arguments": arguments,
        "learning_rate": rate,
        "operation": train.name,
        "initial": {name: tensor(value) for name, value in initial.items()},
        "gradients": [
            {name: tensor(value) for name, value in step.items()} for step in gradients
        ],
        "steps": steps,
    }


def cases():
    """The document."""
    return {
        "generator": "scripts/python/optimizers.py",
        "tensorflow": tf.__version__,
        "cases": [case(*what, seed=k + 1) for k, what in enumerate(OPTIMIZERS)],
    }


def main():
    folder = programs.out_folder(__doc__)
    tf.compat.v1.disable_v2_behavior()
    golden_format.write_case_per_line(folder, "optimizers", cases())


if __name__ == "__main__":
    main()
