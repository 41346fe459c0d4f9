"""Goldens of tf.contrib.opt's decoupled weight decay: `contrib_weight_decay.py --out DIR`.

TensorFlow 1.15: `AdamWOptimizer`, `MomentumWOptimizer`, and each optimizer that
`extend_with_decoupled_weight_decay` extends. Gradients are fed: TF1 decays a variable without
waiting for the gradients, so those of a loss may be computed before or after.
"""

import numpy as np
import tensorflow as tf

import golden_format
import graph_mode
import programs
from golden_format import tensor

STEPS = 4
DECAYED = [0.1, 0.08, 0.05, 0.02]

# (case, class, arguments besides weight_decay and learning_rate)
OPTIMIZERS = (
    ("AdamWOptimizer", {}),
    ("AdamWOptimizer", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("MomentumWOptimizer", {"momentum": 0.9}),
    ("MomentumWOptimizer", {"momentum": 0.9, "use_nesterov": True}),
    ("GradientDescentOptimizer", {}),
    ("MomentumOptimizer", {"momentum": 0.9}),
    ("AdagradOptimizer", {}),
    ("AdadeltaOptimizer", {"rho": 0.9, "epsilon": 1e-2}),
    ("RMSPropOptimizer", {"decay": 0.8, "momentum": 0.5, "epsilon": 1e-3}),
    ("AdamOptimizer", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
)
# (weight_decay, learning rates by step or a number, decay_var_list)
SETTINGS = (
    (0.05, 0.1, None),
    (0.05, DECAYED, None),  # the weight decay follows the rate: 0.05 * rate / 0.1
    (0.3, 0.1, ["kernel"]),
)


def optimizer_of(class_name, weight_decay, rate, arguments):
    own = getattr(tf.contrib.opt, class_name, None) if "WOptimizer" in class_name else None
    if own is None:
        base = getattr(tf.compat.v1.train, class_name)
        own = tf.contrib.opt.extend_with_decoupled_weight_decay(base)
    return own(weight_decay=weight_decay, learning_rate=rate, **arguments)


def case(class_name, arguments, settings, use_resource, seed):
    """Steps on a table, by rows where TF1 decays them, a matrix and a vector."""
    weight_decay, rate, decayed_names = settings
    random = np.random.RandomState(seed)
    shapes = {"table": (4, 2), "kernel": (2, 3), "bias": (3,)}
    initial = {name: (random.randn(*s) * 0.7).astype(np.float32) for name, s in shapes.items()}
    # TF1 decays no rows of gradient descent
    by_rows = class_name != "GradientDescentOptimizer"
    gradients = []
    for _ in range(STEPS):
        each = {name: (random.randn(*s) * 0.7).astype(np.float32) for name, s in shapes.items()}
        if by_rows:
            each["table"] = each["table"][:3]
        gradients.append(each)
    rows = [random.randint(0, 4, [3]).tolist() for _ in range(STEPS)]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = {
            name: tf.compat.v1.get_variable(name, initializer=value, use_resource=use_resource)
            for name, value in initial.items()
        }
        fed = {
            name: tf.compat.v1.placeholder(tf.float32, value.shape)
            for name, value in gradients[0].items()
        }
        indices = tf.compat.v1.placeholder(tf.int32, [3])
        pairs = [(fed[name], variable) for name, variable in variables.items()]
        if by_rows:
            slices = tf.IndexedSlices(fed["table"], indices, tf.constant(shapes["table"]))
            pairs[0] = (slices, variables["table"])
        by_step = isinstance(rate, list)
        fed_rate = tf.compat.v1.placeholder(tf.float32, [])
        decay = weight_decay * (fed_rate / 0.1) if by_step else weight_decay
        optimizer = optimizer_of(class_name, decay, fed_rate if by_step else rate, arguments)
        decay_var_list = [variables[name] for name in decayed_names or []]
        train = optimizer.apply_gradients(pairs, decay_var_list=decay_var_list or None)
        everything = {v.op.name: v for v in tf.compat.v1.global_variables()}
        session.run(tf.compat.v1.global_variables_initializer())
        steps = []
        for k in range(STEPS):
            feed = {fed[name]: value for name, value in gradients[k].items()}
            feed.update({indices: rows[k], fed_rate: rate[k] if by_step else 0.0})
            session.run(train, feed)
            after = session.run(everything)
            steps.append({name: tensor(after[name]) for name in sorted(after)})
    kind = " of resources" if use_resource else ""
    return {
        "case": f"{class_name} {arguments} {settings}{kind}",
        "optimizer": class_name,
        "arguments": arguments,
        "weight_decay": weight_decay,
        "learning_rate": rate,
        "decay_var_list": decayed_names,
        "use_resource": use_resource,
        "by_rows": by_rows,
        "operation": train.name,
        "initial": {name: tensor(value) for name, value in initial.items()},
        "gradients": [{name: tensor(g) for name, g in each.items()} for each in gradients],
        "rows": rows,
        "steps": steps,
    }


def main():
    folder = programs.out_folder(__doc__)
    graph_mode.disable_v2()
    found = {
        "generator": "scripts/python/contrib_weight_decay.py",
        "tensorflow": tf.__version__,
        "cases": [
            case(*what, settings, resource, seed=60 + k)
            for k, what in enumerate(OPTIMIZERS)
            for settings, resource in zip(SETTINGS, (False, k % 2 == 0, True))
        ],
    }
    golden_format.write_case_per_line(folder, "contrib_weight_decay", found, tf.__version__)


if __name__ == "__main__":
    main()
