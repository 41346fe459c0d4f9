"""Goldens of TF1's optimizers: `optimizers.py --out DIR`.

`optimizers`: each case is six steps of one optimizer with given gradients: the initial values,
the gradients of each step, and all variables after it, including slots. `optimizer_calls`: two
training operations of one optimizer object, and `minimize`. `optimizer_rows`: three steps on
look-ups in a table, whose gradient is IndexedSlices, or dense where the table is also read as a
whole. `optimizer_kinds`: three steps of each optimizer on variables of each float type,
references and resources, whole and by rows, with settings as numbers and as tensors.
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
    # numbers at the ends of the usual ranges, and beyond them
    ("gradient descent, rate 0", "GradientDescentOptimizer", {}, 0.0),
    ("gradient descent, rate below 0", "GradientDescentOptimizer", {}, -0.1),
    ("momentum 0", "MomentumOptimizer", {"momentum": 0.0}, 0.1),
    ("momentum 1, nesterov", "MomentumOptimizer", {"momentum": 1.0, "use_nesterov": True}, 0.1),
    ("adagrad, rate 0", "AdagradOptimizer", {}, 0.0),
    ("rmsprop, all 0", "RMSPropOptimizer", {"decay": 0.0, "momentum": 0.0, "epsilon": 0.0}, 0.01),
    (
        "rmsprop, decay and momentum 1",
        "RMSPropOptimizer",
        {"decay": 1.0, "momentum": 1.0, "epsilon": 0.1},
        0.01,
    ),
    ("adam, rate 0", "AdamOptimizer", {}, 0.0),
    ("adam, all 0", "AdamOptimizer", {"beta1": 0.0, "beta2": 0.0, "epsilon": 0.0}, 0.1),
    ("adam, beta2 1", "AdamOptimizer", {"beta1": 0.9, "beta2": 1.0, "epsilon": 0.1}, 0.1),
)
# (class, arguments) of the cases of several calls; the learning rate is 0.1
CALLED = (
    ("GradientDescentOptimizer", {}),
    ("MomentumOptimizer", {"momentum": 0.9}),
    ("AdagradOptimizer", {}),
    ("RMSPropOptimizer", {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-3}),
    ("AdamOptimizer", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
)


# (case, class, arguments) of look-ups; the learning rate is 0.1
LOOKED_UP = (
    ("gradient descent", "GradientDescentOptimizer", {}),
    ("momentum", "MomentumOptimizer", {"momentum": 0.9}),
    ("nesterov", "MomentumOptimizer", {"momentum": 0.9, "use_nesterov": True}),
    ("adagrad", "AdagradOptimizer", {}),
    ("rmsprop", "RMSPropOptimizer", {}),
    ("rmsprop, options", "RMSPropOptimizer", {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-3}),
    ("adam", "AdamOptimizer", {}),
    ("adam, options", "AdamOptimizer", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
)
# (reads of the table, clip_norm)
READS = (("once", None), ("once", 0.3), ("twice", None), ("twice", 0.3), ("also whole", 0.3))
# of each step: symbols [2, 3] with duplicates, and other symbols [2]
SYMBOLS = (
    ([[1, 3, 1], [1, 0, 5]], [3, 4]),
    ([[2, 2, 2], [5, 1, 0]], [2, 2]),
    ([[4, 3, 4], [0, 0, 3]], [1, 4]),
)


# (class, arguments) of the cases of each kind of variable; the learning rate is 0.1
KINDS = (
    ("GradientDescentOptimizer", {}),
    ("MomentumOptimizer", {"momentum": 0.9}),
    ("MomentumOptimizer", {"momentum": 0.9, "use_nesterov": True}),
    ("AdagradOptimizer", {}),
    ("AdadeltaOptimizer", {"rho": 0.9, "epsilon": 1e-2}),
    ("RMSPropOptimizer", {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-2}),
    ("RMSPropOptimizer", {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-2, "centered": True}),
    ("AdamOptimizer", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2}),
)
FLOATS = (tf.float32, tf.float64, tf.float16)


def kind(class_name, arguments, dtype, use_resource, by_rows, as_tensors):
    """Three steps of minimize on x [4, 2]."""
    v1 = tf.compat.v1
    start = np.array([[1.0, -2.0], [0.5, 0.25], [3.0, -0.75], [0.125, 2.0]])
    with tf.Graph().as_default():
        initial = start.astype(dtype.as_numpy_dtype)
        x = v1.get_variable("x", initializer=initial, use_resource=use_resource)
        read = tf.nn.embedding_lookup(x, [1, 3, 1]) if by_rows else x
        loss = tf.reduce_sum(read * read)
        given = dict(arguments, learning_rate=0.1, use_locking=as_tensors)
        if as_tensors:
            given = {
                name: tf.constant(value) if type(value) is float else value
                for name, value in given.items()
            }
        train = getattr(v1.train, class_name)(**given).minimize(loss)
        variables = v1.global_variables()
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(3):
                session.run(train)
            values = session.run(variables)
    exact = np.float64 if dtype == tf.float64 else np.float32
    options = f"resource={use_resource} rows={by_rows} tensors={as_tensors}"
    return {
        "case": f"{class_name} {arguments} {dtype.name} {options}",
        "optimizer": class_name,
        "arguments": arguments,
        "dtype": dtype.name,
        "use_resource": use_resource,
        "by_rows": by_rows,
        "as_tensors": as_tensors,
        "variables": {
            variable.op.name: tensor(np.asarray(value, exact))
            for variable, value in zip(variables, values)
        },
    }


def kinds():
    cases = [
        kind(name, arguments, dtype, resource, rows, False)
        for name, arguments in KINDS
        for dtype in FLOATS
        for resource in (False, True)
        for rows in (False, True)
    ]
    return cases + [
        kind(name, arguments, tf.float32, resource, rows, True)
        for name, arguments in KINDS
        for resource in (False, True)
        for rows in (False, True)
    ]


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
        everything = all_floats()
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


def called_optimizer(class_name, arguments):
    return getattr(tf.compat.v1.train, class_name)(0.1, **arguments)


def all_floats():
    """All float variables of the graph by name."""
    return {
        variable.op.name: variable
        for variable in tf.compat.v1.global_variables()
        if variable.dtype.base_dtype == tf.float32
    }


def after_runs(operations):
    """All float variables after each operation, run in this order."""
    v1 = tf.compat.v1
    everything = all_floats()
    steps = []
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        for operation in operations:
            session.run(operation)
            values = session.run(everything)
            steps.append({name: tensor(values[name]) for name in sorted(values)})
    return steps


def two_calls(class_name, arguments):
    """One object, called for x, then for x and y; the operations run as first, second, first."""
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        x = v1.get_variable("x", [2], initializer=v1.constant_initializer([1.0, -2.0]))
        y = v1.get_variable("y", [1], initializer=v1.constant_initializer([0.5]))
        optimizer = called_optimizer(class_name, arguments)
        by_x, by_y = tf.constant([0.3, -0.7]), tf.constant([0.2])
        first = optimizer.apply_gradients([(by_x, x), (None, y)])
        second = optimizer.apply_gradients([(by_x, x), (by_y, y)])
        variables = [variable.op.name for variable in v1.global_variables()]
        steps = after_runs([first, second, first])
    return {
        "case": "two calls of one " + class_name,
        "optimizer": class_name,
        "arguments": arguments,
        "learning_rate": 0.1,
        "operations": [first.name, second.name],
        "variables": variables,
        "steps": steps,
    }


def minimize(class_name, arguments):
    """Three steps of minimize on x^2 y, weighted by grad_loss; `unused` and `stopped` stay."""
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        x = v1.get_variable("x", [2], initializer=v1.constant_initializer([1.0, -2.0]))
        v1.get_variable("unused", [2], initializer=v1.constant_initializer([3.0, 4.0]))
        stopped = v1.get_variable("stopped", [2], initializer=v1.constant_initializer([1.5, 0.5]))
        y = v1.get_variable("y", [1], initializer=v1.constant_initializer([0.5]))
        loss = x * x * y + tf.stop_gradient(stopped)
        step = v1.train.create_global_step()
        optimizer = called_optimizer(class_name, arguments)
        train = optimizer.minimize(loss, global_step=step, grad_loss=tf.constant([1.0, -0.5]))
        variables = [variable.op.name for variable in v1.global_variables()]
        steps = after_runs([train] * 3)
    return {
        "case": "minimize by " + class_name,
        "optimizer": class_name,
        "arguments": arguments,
        "learning_rate": 0.1,
        "operations": [train.name],
        "variables": variables,
        "steps": steps,
    }


def look_ups(label, class_name, arguments, reads, clip_norm, seed):
    """Runs one optimizer on a loss that reads a table `[6, 3]` by rows."""
    v1 = tf.compat.v1
    random = np.random.RandomState(seed)
    initial = {
        "embedding": (random.randn(6, 3) * 0.7).astype(np.float32),
        "bias": (random.randn(3) * 0.7).astype(np.float32),
    }
    with tf.Graph().as_default(), v1.Session() as session:
        table, bias = [
            v1.get_variable(name, value.shape, initializer=v1.constant_initializer(value))
            for name, value in initial.items()
        ]
        symbols = v1.placeholder(tf.int32, [2, 3])
        others = v1.placeholder(tf.int64, [None])
        loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, symbols) + bias))
        if reads == "twice":
            loss += tf.reduce_sum(tf.pow(tf.gather(tf.identity(table), others), 3))
        if reads == "also whole":
            loss += tf.reduce_sum(table * table * table)
        optimizer = called_optimizer(class_name, arguments)
        gradients = [gradient for gradient, _ in optimizer.compute_gradients(loss, [table, bias])]
        by_rows = isinstance(gradients[0], tf.IndexedSlices)
        if by_rows == (reads == "also whole"):
            raise ValueError(f"unexpected gradient {gradients[0]}")
        norm = tf.linalg.global_norm(gradients)
        if clip_norm is not None:
            gradients, norm = tf.clip_by_global_norm(gradients, clip_norm)
        train = optimizer.apply_gradients(zip(gradients, [table, bias]))
        everything = all_floats()
        fetched = [norm, tf.convert_to_tensor(gradients[0])]
        session.run(v1.global_variables_initializer())
        steps = []
        for first, second in SYMBOLS:
            feed = {symbols: first, others: second}
            found = session.run(fetched, feed)
            session.run(train, feed)
            values = session.run(everything)
            steps.append(
                {
                    "global_norm": golden_format.number(found[0]),
                    "gradient": tensor(found[1]),
                    "variables": {name: tensor(values[name]) for name in sorted(values)},
                }
            )
    clipped = "" if clip_norm is None else ", clipped"
    return {
        "case": f"{label}, read {reads}{clipped}",
        "optimizer": class_name,
        "arguments": arguments,
        "learning_rate": 0.1,
        "reads": reads,
        "clip_norm": clip_norm,
        "by_rows": by_rows,
        "initial": {name: tensor(value) for name, value in initial.items()},
        "symbols": [{"first": first, "second": second} for first, second in SYMBOLS],
        "steps": steps,
    }


def rows():
    """The document of look-ups."""
    return {
        "generator": "scripts/python/optimizers.py",
        "tensorflow": tf.__version__,
        "cases": [
            look_ups(*what, *reads, seed=40 + k)
            for k, what in enumerate(LOOKED_UP)
            for reads in READS
        ],
    }


def calls():
    """The document of several calls."""
    return {
        "generator": "scripts/python/optimizers.py",
        "tensorflow": tf.__version__,
        "cases": [made(*what) for made in (two_calls, minimize) for what in CALLED],
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
    golden_format.write_case_per_line(folder, "optimizer_calls", calls())
    golden_format.write_case_per_line(folder, "optimizer_rows", rows())
    document = {
        "generator": "scripts/python/optimizers.py",
        "tensorflow": tf.__version__,
        "cases": kinds(),
    }
    golden_format.write_case_per_line(folder, "optimizer_kinds", document)


if __name__ == "__main__":
    main()
