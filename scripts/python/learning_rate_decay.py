"""Goldens of tf.train's decay functions: `learning_rate_decay.py --out DIR`."""

import numpy as np
import tensorflow as tf

import golden_format
import programs
from golden_format import numbers
from graph_mode import disable_v2, one_thread

v1 = tf.compat.v1

STEPS = (0, 1, 2, 3, 5, 7, 9, 10, 11, 13, 20, 21, 30, 99, 100, 101, 12345, 2**24 + 1)
RATE = 0.004
# (function, arguments besides learning_rate and global_step)
CASES = (
    ("exponential_decay", {"decay_steps": 10, "decay_rate": 0.96}),
    ("exponential_decay", {"decay_steps": 10, "decay_rate": 0.96, "staircase": True}),
    ("exponential_decay", {"decay_steps": 7, "decay_rate": 0.5}),
    ("exponential_decay", {"decay_steps": 2.5, "decay_rate": 0.9}),
    ("natural_exp_decay", {"decay_steps": 10, "decay_rate": 0.3}),
    ("natural_exp_decay", {"decay_steps": 10, "decay_rate": 0.3, "staircase": True}),
    ("inverse_time_decay", {"decay_steps": 10, "decay_rate": 0.5}),
    ("inverse_time_decay", {"decay_steps": 3, "decay_rate": 0.1, "staircase": True}),
    ("polynomial_decay", {"decay_steps": 10}),
    ("polynomial_decay", {"decay_steps": 100, "end_learning_rate": 0.001, "power": 0.5}),
    ("polynomial_decay", {"decay_steps": 10, "end_learning_rate": 0.0, "power": 2.0}),
    ("polynomial_decay", {"decay_steps": 10, "power": 1.5, "cycle": True}),
    ("polynomial_decay", {"decay_steps": 7, "end_learning_rate": 0.01, "cycle": True}),
    ("cosine_decay", {"decay_steps": 100}),
    ("cosine_decay", {"decay_steps": 13, "alpha": 0.1}),
    ("cosine_decay_restarts", {"first_decay_steps": 10}),
    ("cosine_decay_restarts", {"first_decay_steps": 7, "t_mul": 1.0, "m_mul": 0.5, "alpha": 0.1}),
    ("cosine_decay_restarts", {"first_decay_steps": 5, "t_mul": 1.5, "m_mul": 0.9}),
    ("linear_cosine_decay", {"decay_steps": 100}),
    ("linear_cosine_decay", {"decay_steps": 30, "num_periods": 2.0, "alpha": 0.1, "beta": 0.01}),
    ("piecewise_constant", {"boundaries": [2], "values": [1.0, 0.5]}),
    ("piecewise_constant", {"boundaries": [2, 10, 100], "values": [0.1, 0.01, 0.02, 0.001]}),
    ("piecewise_constant", {"boundaries": [5, 2**24], "values": [0.3, 0.2, 0.1]}),
)


def decayed(function, arguments, rate, step):
    """The learning rate in the graph."""
    if function == "piecewise_constant":
        return v1.train.piecewise_constant(step, **arguments)
    return getattr(v1.train, function)(rate, step, **arguments)


def rates(function, arguments):
    """The rate at each step; the step is an int64 tensor."""
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        step = v1.placeholder(tf.int64, [])
        rate = decayed(function, arguments, RATE, step)
        return [session.run(rate, {step: value}) for value in STEPS]


def training():
    """x after each of six steps of x -= rate * 2 x, with a decay each step."""
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        step = v1.train.create_global_step()
        x = v1.get_variable("x", initializer=np.float32([1.5, -0.7]))
        rate = v1.train.exponential_decay(0.1, step, 2, 0.5, staircase=True)
        optimizer = v1.train.GradientDescentOptimizer(rate)
        train = optimizer.minimize(tf.reduce_sum(x * x), global_step=step)
        session.run(v1.global_variables_initializer())
        values = []
        for _ in range(6):
            session.run(train)
            values.append(numbers(session.run(x)))
        return values


def document():
    cases = [
        {
            "case": f"{function} {arguments}",
            "function": function,
            "arguments": arguments,
            "learning_rate": RATE,
            "steps": list(STEPS),
            "rates": numbers(rates(function, arguments)),
        }
        for function, arguments in CASES
    ]
    return {
        "generator": "scripts/python/learning_rate_decay.py",
        "tensorflow": tf.__version__,
        "training": training(),
        "cases": cases,
    }


def main():
    folder = programs.out_folder(__doc__)
    disable_v2()
    golden_format.write_case_per_line(folder, "learning_rate_decay", document())


if __name__ == "__main__":
    main()
