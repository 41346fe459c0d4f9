"""Goldens of TF1's optimizers: `optimizers.py --out DIR`.

Writes optimizers.tf-<version>.json. Each case is six steps of one optimizer with gradients that
are fed: the initial values, the gradients of each step, and all variables after it, slots too.
"""

import argparse
import json
import os

import numpy as np
import tensorflow as tf

STEPS = 6
SHAPES = {"rnn/kernel": (2, 3), "rnn/bias": (3,)}
DECAYED = [0.1, 0.08, 0.05, 0.05, 0.02, 0.01]

# (case, class, arguments by TF1's names, learning rate: a number or one a step)
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


def exact(value):
    """The shortest digits that restore a float32."""
    shortest = float(str(np.float32(value)))
    if np.float32(shortest) != np.float32(value):
        raise ValueError(f"{shortest} does not restore {value!r}")
    return shortest


def tensor(array):
    """A float32 tensor, flat in row-major order."""
    array = np.asarray(array, np.float32)
    return {
        "shape": list(array.shape),
        "values": [exact(value) for value in array.reshape(-1)],
    }


def draw(random):
    """One random tensor a variable."""
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
    """Everything that the file holds."""
    return {
        "generator": "scripts/python/optimizers.py",
        "tensorflow": tf.__version__,
        "cases": [case(*what, seed=k + 1) for k, what in enumerate(OPTIMIZERS)],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder to write to; made if missing")
    folder = parser.parse_args().out
    tf.compat.v1.disable_v2_behavior()
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"optimizers.tf-{tf.__version__}.json")
    golden = cases()
    with open(path, "w", encoding="utf-8") as file:
        lines = ",\n".join(json.dumps(one) for one in golden.pop("cases"))
        head = json.dumps(golden)[:-1]
        file.write(f'{head},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
