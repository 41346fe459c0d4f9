"""Trains the chapter's model of Anna Karenina, or a variant of it, as a TF1 program.

    anna_variants.py --text anna.txt --metrics FILE [--seed N] [--no-state] [--keep-prob P] ...

Runs under TensorFlow 1.0 to 2.15. FILE gets a JSON line for each step; the last line printed is the
mean loss of steps 978 to 990, which the book prints.
"""

import argparse
import collections
import io
import json
import time

import numpy as np
import tensorflow as tf

from character_batches import generate_character_batches

v1 = getattr(getattr(tf, "compat", None), "v1", tf)
BOOK_STEPS = range(978, 991)
# The uniform distribution's bound, by the name of TF1's initializer.
BOUNDS = {
    "glorot-uniform": lambda rows, columns: np.sqrt(6.0 / (rows + columns)),
    "uniform-unit-scaling": lambda rows, columns: np.sqrt(3.0 / rows),
}
INITIALIZERS = ["default"] + sorted(BOUNDS)

Graph = collections.namedtuple(
    "Graph", "inputs targets keep_prob initial_state final_state loss global_norm train"
)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--text", required=True, help="the novel, in UTF-8")
    add("--metrics", required=True, help="file for a JSON line a step")
    add("--seed", type=int, default=1, help="of initial values, dropout and --vocabulary shuffled")
    add(
        "--initializer",
        choices=INITIALIZERS,
        default="default",
        help="of the cells' kernels: as the running TensorFlow draws them, or drawn by NumPy, and"
        " then equal in every version, also the softmax layer's",
    )
    add("--no-state", action="store_true", help="begin each window with a zero state")
    add("--layers", type=int, default=1)
    add("--keep-prob", type=float, default=1.0, help="of dropout on each layer's outputs")
    add("--batch-size", type=int, default=100)
    add("--num-steps", type=int, default=100)
    add("--lstm-size", type=int, default=512)
    add("--learning-rate", type=float, default=0.001)
    add("--grad-clip", type=float, default=5.0)
    add("--forget-bias", type=float, default=1.0)
    add("--epochs", type=int, default=5)
    add("--steps", type=int, help="stop once so many are done")
    add(
        "--vocabulary",
        choices=["sorted", "shuffled"],
        default="sorted",
        help="order of the characters; that of a Python set is a random one",
    )
    add(
        "--newline",
        choices=["lf", "crlf"],
        default="lf",
        help="lines end so; the book's program reads in text mode, which gives lf",
    )
    add("--threads", type=int, default=2)
    return parser.parse_args()


def encoded_text(path, newline, vocabulary, seed):
    """The text's characters as numbers, and how many different ones there are."""
    with io.open(path, encoding="utf-8") as file:
        text = file.read()
    if newline == "crlf":
        text = text.replace("\n", "\r\n")
    characters = sorted(set(text))
    if vocabulary == "shuffled":
        np.random.RandomState(seed).shuffle(characters)
    numbers = {character: number for number, character in enumerate(characters)}
    return np.array([numbers[c] for c in text], dtype=np.int32), len(characters)


def stacked_cells(options, keep_prob):
    """The cell of the printed code; with dropout or more layers, that of its description."""
    rnn = getattr(v1.nn, "rnn_cell", None)
    if not hasattr(rnn, "BasicLSTMCell"):
        rnn = tf.contrib.rnn
    cells = []
    for _ in range(options.layers):
        cell = rnn.BasicLSTMCell(options.lstm_size, forget_bias=options.forget_bias)
        if options.keep_prob < 1:
            cell = rnn.DropoutWrapper(cell, output_keep_prob=keep_prob)
        cells.append(cell)
    return cells[0] if options.layers == 1 else rnn.MultiRNNCell(cells)


def build_graph(options, characters):
    window = [options.batch_size, options.num_steps]
    inputs = v1.placeholder(tf.int32, window)
    targets = v1.placeholder(tf.int32, window)
    keep_prob = v1.placeholder(tf.float32, [])
    cell = stacked_cells(options, keep_prob)
    initial_state = cell.zero_state(options.batch_size, tf.float32)
    outputs, final_state = v1.nn.dynamic_rnn(
        cell, tf.one_hot(inputs, characters), initial_state=initial_state
    )
    with v1.variable_scope("softmax"):
        weights = v1.Variable(
            v1.truncated_normal((options.lstm_size, characters), stddev=0.1, dtype=tf.float32)
        )
        biases = v1.Variable(tf.zeros([characters]))
    logits = tf.matmul(tf.reshape(outputs, [-1, options.lstm_size]), weights) + biases
    labels = tf.reshape(tf.one_hot(targets, characters), [-1, characters])
    loss = tf.reduce_mean(v1.nn.softmax_cross_entropy_with_logits(logits=logits, labels=labels))
    variables = v1.trainable_variables()
    gradients, global_norm = tf.clip_by_global_norm(
        tf.gradients(loss, variables), options.grad_clip
    )
    train = v1.train.AdamOptimizer(options.learning_rate).apply_gradients(zip(gradients, variables))
    return Graph(inputs, targets, keep_prob, initial_state, final_state, loss, global_norm, train)


def truncated_normal(random, shape, stddev):
    """As TensorFlow: what lies beyond two deviations is drawn again."""
    values = random.normal(size=shape)
    beyond = np.abs(values) > 2
    while beyond.any():
        values[beyond] = random.normal(size=int(beyond.sum()))
        beyond = np.abs(values) > 2
    return values * stddev


def initialize(session, options):
    """TensorFlow's own initial values, or NumPy's: kernels uniform, the last one for the softmax."""
    session.run(v1.global_variables_initializer())
    if options.initializer == "default":
        return
    random = np.random.RandomState(options.seed)
    kernels = [v for v in v1.trainable_variables() if len(v.get_shape()) == 2]
    for variable in kernels:
        rows, columns = variable.get_shape().as_list()
        if variable is kernels[-1]:
            values = truncated_normal(random, (rows, columns), 0.1)
        else:
            bound = BOUNDS[options.initializer](rows, columns)
            values = random.uniform(-bound, bound, size=(rows, columns))
        assignment = variable.initializer
        session.run(assignment, {assignment.inputs[1]: values.astype(np.float32)})


def train(session, graph, options, encoded, metrics):
    """Trains for the epochs. Returns the losses."""
    losses = []
    for epoch in range(1, options.epochs + 1):
        state = zeros = session.run(graph.initial_state)
        batches = generate_character_batches(encoded, options.batch_size, options.num_steps)
        for inputs, targets in batches:
            begin = time.time()
            loss, norm, state, _ = session.run(
                [graph.loss, graph.global_norm, graph.final_state, graph.train],
                {
                    graph.inputs: inputs,
                    graph.targets: targets,
                    graph.keep_prob: options.keep_prob,
                    graph.initial_state: zeros if options.no_state else state,
                },
            )
            losses.append(float(loss))
            line = {
                "step": len(losses),
                "epoch": epoch,
                "loss": float(loss),
                "global_norm": float(norm),
                "seconds": round(time.time() - begin, 3),
            }
            metrics.write(json.dumps(line) + "\n")
            metrics.flush()
            if len(losses) == options.steps:
                return losses
    return losses


def main():
    options = arguments()
    encoded, characters = encoded_text(
        options.text, options.newline, options.vocabulary, options.seed
    )
    v1.logging.set_verbosity(v1.logging.ERROR)
    if hasattr(v1, "disable_v2_behavior"):
        v1.disable_v2_behavior()
    v1.set_random_seed(options.seed)
    graph = build_graph(options, characters)
    config = v1.ConfigProto(intra_op_parallelism_threads=options.threads)
    with v1.Session(config=config) as session, open(options.metrics, "w") as metrics:
        initialize(session, options)
        losses = train(session, graph, options, encoded, metrics)
    book = [losses[step - 1] for step in BOOK_STEPS if step <= len(losses)]
    print(
        json.dumps(
            {
                "tensorflow": tf.__version__,
                "options": vars(options),
                "characters": characters,
                "length": len(encoded),
                "steps": len(losses),
                "book_steps_mean": sum(book) / len(book) if len(book) == len(BOOK_STEPS) else None,
            },
            sort_keys=True,
        )
    )


if __name__ == "__main__":
    main()
