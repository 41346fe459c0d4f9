"""Goldens of training TF1's word language model: `language_models.py --out DIR`.

The graph is that of the tutorial `ptb_word_lm.py`: an embedding, stacked cells, the sparse softmax
cross-entropy summed over the steps, clipped gradients, and a learning rate that is assigned. Some
cases have another cell, optimizer or loss, or the embedding as the softmax's matrix. Values come
from a formula; the state goes on from window to window.
"""

import tensorflow as tf

import golden_format
import programs
from formula_values import FormulaValues, splitmix64
from golden_format import number, tensor
from graph_mode import disable_v2, one_thread

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell

BATCH, STEPS, WINDOWS = 3, 4, 6
PLAIN = {
    "symbols": 9,
    "units": 5,
    "layers": 2,
    "embedding": 5,
    "cell": "lstm",
    "tied": False,
    "forget_bias": 1.0,
    "sum_over_steps": False,
    "clip": 5.0,
    "optimizer": "adam",
    "rates": [0.01],
}
CASES = (
    (
        "ptb",
        {
            "sum_over_steps": True,
            "forget_bias": 0.0,
            "optimizer": "sgd",
            "clip": 0.5,
            "rates": [1.0, 1.0, 0.5, 0.25],
        },
    ),
    ("adam", {}),
    ("tied", {"tied": True}),
    ("tied, projected", {"tied": True, "embedding": 3, "clip": 0.3}),
    ("gru, momentum", {"cell": "gru", "optimizer": "momentum", "rates": [0.3]}),
    ("rnn, rmsprop", {"cell": "rnn", "optimizer": "rmsprop"}),
    ("adagrad", {"optimizer": "adagrad", "embedding": 4, "rates": [0.2]}),
)
OPTIMIZERS = {
    "adam": v1.train.AdamOptimizer,
    "sgd": v1.train.GradientDescentOptimizer,
    "momentum": lambda rate: v1.train.MomentumOptimizer(rate, 0.9),
    "rmsprop": v1.train.RMSPropOptimizer,
    "adagrad": v1.train.AdagradOptimizer,
}


def make_cell(settings):
    units = settings["units"]
    if settings["cell"] == "lstm":
        return rnn_cell.BasicLSTMCell(units, forget_bias=settings["forget_bias"])
    return rnn_cell.GRUCell(units) if settings["cell"] == "gru" else rnn_cell.BasicRNNCell(units)


def windows(settings, seed):
    """Symbols drawn by splitmix64, [WINDOWS][BATCH][STEPS + 1], rows going on."""
    count = BATCH * (WINDOWS * STEPS + 1)
    drawn = [splitmix64(seed * 7919 + k) % settings["symbols"] for k in range(count)]
    rows = [drawn[r * count // BATCH : (r + 1) * count // BATCH] for r in range(BATCH)]
    return [[row[w * STEPS : (w + 1) * STEPS + 1] for row in rows] for w in range(WINDOWS)]


def network(settings, inputs, targets):
    """The mean loss, and the first and last state, flat."""
    with v1.variable_scope("Model"):
        embedding = v1.get_variable("embedding", [settings["symbols"], settings["embedding"]])
        rows = tf.nn.embedding_lookup(embedding, inputs)
        cell = rnn_cell.MultiRNNCell([make_cell(settings) for _ in range(settings["layers"])])
        initial = cell.zero_state(BATCH, tf.float32)
        state = initial
        outputs = []
        with v1.variable_scope("RNN"):
            for step in range(STEPS):
                if step > 0:
                    v1.get_variable_scope().reuse_variables()
                output, state = cell(rows[:, step, :], state)
                outputs.append(output)
        output = tf.reshape(tf.concat(outputs, 1), [-1, settings["units"]])
        if settings["tied"]:
            if settings["units"] != settings["embedding"]:
                shape = [settings["units"], settings["embedding"]]
                output = tf.matmul(output, v1.get_variable("projection", shape))
            logits = tf.matmul(output, embedding, transpose_b=True)
        else:
            shape = [settings["units"], settings["symbols"]]
            logits = tf.matmul(output, v1.get_variable("softmax_w", shape))
        logits += v1.get_variable("softmax_b", [settings["symbols"]])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.reshape(targets, [-1]), logits=logits
        )
    return tf.reduce_mean(losses), tf.nest.flatten(initial), tf.nest.flatten(state)


def case(label, changes, seed):
    """Six training steps."""
    settings = {**PLAIN, **changes}
    formula = FormulaValues(seed)
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        inputs = v1.placeholder(tf.int32, [BATCH, STEPS])
        targets = v1.placeholder(tf.int32, [BATCH, STEPS])
        rate = v1.placeholder(tf.float32, [])
        loss, initial, last = network(settings, inputs, targets)
        variables = v1.trainable_variables()
        cost = loss * STEPS if settings["sum_over_steps"] else loss
        gradients, norm = tf.clip_by_global_norm(tf.gradients(cost, variables), settings["clip"])
        train = OPTIMIZERS[settings["optimizer"]](rate).apply_gradients(zip(gradients, variables))
        session.run(v1.global_variables_initializer())
        for variable in variables:
            variable.load(formula(variable.op.name, variable.shape.as_list()), session)
        state = session.run(initial)
        steps = []
        for w, window in enumerate(windows(settings, seed)):
            learning_rate = settings["rates"][min(w, len(settings["rates"]) - 1)]
            feeds = dict(zip(initial, state))
            feeds[inputs] = [row[:-1] for row in window]
            feeds[targets] = [row[1:] for row in window]
            feeds[rate] = learning_rate
            found, found_norm, state, _ = session.run([loss, norm, last, train], feeds)
            steps.append(
                {
                    "window": window,
                    "learning_rate": learning_rate,
                    "loss": number(found),
                    "global_norm": number(found_norm),
                }
            )
        after = {v.op.name: tensor(session.run(v)) for v in variables}
    return {"case": label, "seed": seed, "settings": settings, "steps": steps, "after": after}


def main():
    folder = programs.out_folder(__doc__)
    disable_v2()
    document = {
        "generator": "scripts/python/language_models.py",
        "tensorflow": tf.__version__,
        "cases": [case(*what, seed=40 + k) for k, what in enumerate(CASES)],
    }
    golden_format.write_case_per_line(folder, "language_models", document)


if __name__ == "__main__":
    main()
