"""Goldens of regularizers: `regularizers.py --out DIR`.

TensorFlow 2 has no tf.contrib.layers: l1_regularizer and l2_regularizer are written out here.
"""

import numpy as np
import tensorflow as tf

import golden_format
import programs
from golden_format import number, tensor
from graph_mode import disable_v2, one_thread

v1 = tf.compat.v1

REGULARIZERS = {
    "l1": lambda scale: lambda weights: scale * tf.reduce_sum(tf.abs(weights)) if scale else None,
    "l2": lambda scale: lambda weights: scale * tf.nn.l2_loss(weights) if scale else None,
}
CASES = (("l1", 0.01), ("l2", 0.01), ("l1", 2.5), ("l2", 1e-4), ("l1", 0.0), ("l2", 0.0))


def case(name, scale):
    """A regularized scope with a matrix and a vector; `free` lies outside, `again` shares."""
    random = np.random.RandomState(3)
    values = [random.randn(*shape).astype(np.float32) for shape in ([4, 3], [3], [2])]
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        with v1.variable_scope("model", regularizer=REGULARIZERS[name](scale), reuse=v1.AUTO_REUSE):
            kernel = v1.get_variable("kernel", [4, 3])
            bias = v1.get_variable("inner/bias", [3], initializer=v1.zeros_initializer())
            v1.get_variable("kernel", [4, 3])
        free = v1.get_variable("free", [2])
        variables = [kernel, bias, free]
        losses = v1.losses.get_regularization_losses()
        session.run([variable.initializer for variable in variables])
        gradients = v1.gradients(losses, [kernel, bias]) if losses else []
        for variable, value in zip(variables, values):
            variable.load(value, session)
        found = session.run([losses, gradients])
    return {
        "case": f"{name} {scale}",
        "regularizer": name,
        "scale": scale,
        "values": [tensor(value) for value in values],
        "losses": [number(loss) for loss in found[0]],
        "gradients": [tensor(gradient) for gradient in found[1]],
    }


def main():
    folder = programs.out_folder(__doc__)
    disable_v2()
    document = {
        "generator": "scripts/python/regularizers.py",
        "tensorflow": tf.__version__,
        "cases": [case(*what) for what in CASES],
    }
    golden_format.write_case_per_line(folder, "regularizers", document)


if __name__ == "__main__":
    main()
