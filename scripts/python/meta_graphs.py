"""Meta graphs of Python for Java, and of Java for Python.

    meta_graphs.py write src/test/resources/checkpoints/meta-graph

writes two small models after three steps of training, one of reference variables and one of resource variables, with
their `.meta`, and in `expected.json` what three further steps give.

    meta_graphs.py check target/meta-graph

imports the meta graph that Java wrote there, restores its checkpoint, trains on and compares with Java's results.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from golden_format import number, tensor  # noqa: E402
from graph_mode import disable_v2, one_thread  # noqa: E402

v1 = tf.compat.v1
SYMBOLS = ([[1, 3], [0, 5]], [[2, 2], [5, 1]], [[4, 0], [3, 3]])


def build(use_resource):
    """A look-up, a layer, a squared loss and Adam with a decaying rate."""
    inputs = v1.placeholder(tf.int32, [None, 2], name="inputs")
    random = np.random.RandomState(7)

    def variable(name, shape):
        values = (random.randn(*shape) * 0.7).astype(np.float32)
        return v1.get_variable(name, initializer=values, use_resource=use_resource)

    table = variable("embedding", [6, 3])
    kernel = variable("dense/kernel", [3, 2])
    rows = tf.reshape(tf.nn.embedding_lookup(table, inputs), [-1, 3])
    logits = tf.tanh(tf.matmul(rows, kernel), name="logits")
    loss = tf.reduce_sum(tf.square(logits), name="loss")
    step = v1.train.create_global_step()
    rate = v1.train.exponential_decay(0.1, step, 2, 0.5)
    v1.train.AdamOptimizer(rate).minimize(loss, global_step=step)
    v1.add_to_collection("logits", logits)
    v1.add_to_collection("loss", loss)


def write_one(folder, name, use_resource):
    """Trains three steps, saves, and trains three more."""
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        build(use_resource)
        saver = v1.train.Saver()
        session.run(v1.global_variables_initializer())
        for symbols in SYMBOLS:
            session.run(v1.get_collection("train_op")[0], {"inputs:0": symbols})
        saver.save(session, os.path.join(folder, name), write_state=False)
        losses = []
        for symbols in SYMBOLS:
            loss, _ = session.run(["loss:0", "Adam"], {"inputs:0": symbols})
            losses.append(number(loss))
        variables = {v.op.name: tensor(session.run(v)) for v in v1.global_variables()}
        trainable = [v.op.name for v in v1.trainable_variables()]
    return {"case": name, "losses": losses, "trainable": trainable, "variables": variables}


def write(folder):
    os.makedirs(folder, exist_ok=True)
    cases = [
        write_one(folder, "reference.tf-2.15.1", False),
        write_one(folder, "resource.tf-2.15.1", True),
    ]
    with open(os.path.join(folder, "expected.tf-2.15.1.json"), "w", encoding="utf-8") as file:
        json.dump({"symbols": SYMBOLS, "cases": cases}, file, indent=1)
        file.write("\n")


def check(folder):
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    with tf.Graph().as_default(), v1.Session(config=one_thread()) as session:
        saver = v1.train.import_meta_graph(os.path.join(folder, "model-2.meta"))
        saver.restore(session, v1.train.latest_checkpoint(folder))
        assert [v.op.name for v in v1.trainable_variables()] == expected["trainable"]
        (train,) = v1.get_collection("train_op")
        (loss,) = v1.get_collection("loss")
        for symbols, wanted in zip(expected["symbols"], expected["losses"]):
            found, _ = session.run([loss, train], {"inputs:0": symbols})
            np.testing.assert_allclose(found, wanted, rtol=2e-6)
        names = {v.op.name: v for v in v1.global_variables()}
        assert sorted(names) == sorted(expected["variables"]), sorted(names)
        for name, wanted in expected["variables"].items():
            np.testing.assert_allclose(
                np.ravel(session.run(names[name])), wanted, rtol=1e-5, atol=1e-6, err_msg=name
            )
        # a new optimizer of Python on Java's graph
        again = v1.train.GradientDescentOptimizer(0.1).minimize(loss)
        feed = {"inputs:0": expected["symbols"][0]}
        before = session.run(loss, feed)
        session.run(again, feed)
        assert session.run(loss, feed) < before
    print(f"{folder}: Python trains Java's meta graph on to the same numbers")


if __name__ == "__main__":
    disable_v2()
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
