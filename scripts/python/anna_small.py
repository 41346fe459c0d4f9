"""Golden of a training run: the book's character model, small, 50 steps, with and without dropout.

Both runs start from one checkpoint, which this program writes too.
"""

import argparse
import os
import shutil

import numpy as np
import tensorflow as tf

import golden_format
from case_runner import disable_v2, one_thread
from golden_format import numbers, rounded_tensor, tensors

v1 = tf.compat.v1

NAME = "anna_small"
CHECKPOINT = f"{NAME}.tf-{golden_format.TENSORFLOW_VERSION}.ckpt"
TEXT = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    *("..", "..", "src", "test", "resources", "goldens", f"{NAME}.txt"),
)
BATCH_SIZE, NUM_STEPS, LSTM_SIZE, LAYERS = 4, 10, 16, 2
LEARNING_RATE, GRAD_CLIP, STEPS = 0.004, 0.45, 50
VALUES_SEED = 18780101
# A rounding difference grows from step to step, most where Adam divides by a tiny gradient.
TOLERANCE = 1e-4


def generate_character_batches(encoded):
    """The book's windows: the last target of a window is that window's first input."""
    count = len(encoded) // (BATCH_SIZE * NUM_STEPS)
    rows = encoded[: count * BATCH_SIZE * NUM_STEPS].reshape(BATCH_SIZE, -1)
    for start in range(0, rows.shape[1], NUM_STEPS):
        inputs = rows[:, start : start + NUM_STEPS]
        targets = np.zeros_like(inputs)
        targets[:, :-1], targets[:, -1] = inputs[:, 1:], inputs[:, 0]
        yield inputs, targets


class Model:
    """The book's graph with small sizes."""

    def __init__(self, characters, wrapper_seeds):
        self.inputs = v1.placeholder(tf.int32, [BATCH_SIZE, NUM_STEPS], name="inputs")
        self.targets = v1.placeholder(tf.int32, [BATCH_SIZE, NUM_STEPS], name="targets")
        self.keep_prob = v1.placeholder(tf.float32, name="keep_prob", shape=[])
        logits = self._logits(characters, wrapper_seeds)
        labels = tf.reshape(tf.one_hot(self.targets, characters), logits.shape)
        self.loss = tf.reduce_mean(
            v1.nn.softmax_cross_entropy_with_logits(logits=logits, labels=labels)
        )
        self._add_training()

    def _logits(self, characters, wrapper_seeds):
        cells = [
            v1.nn.rnn_cell.DropoutWrapper(
                v1.nn.rnn_cell.BasicLSTMCell(LSTM_SIZE),
                output_keep_prob=self.keep_prob,
                seed=seed,
            )
            for seed in wrapper_seeds
        ]
        cell = v1.nn.rnn_cell.MultiRNNCell(cells)
        self.initial_state = cell.zero_state(BATCH_SIZE, tf.float32)
        # One step at a time, or the masks of several steps could be drawn in another order.
        outputs, self.final_state = v1.nn.dynamic_rnn(
            cell,
            tf.one_hot(self.inputs, characters),
            initial_state=self.initial_state,
            parallel_iterations=1,
        )
        rows = tf.reshape(outputs, [-1, LSTM_SIZE])
        with v1.variable_scope("softmax"):
            weights = v1.Variable(v1.truncated_normal((LSTM_SIZE, characters), stddev=0.1))
            biases = v1.Variable(tf.zeros(characters))
        return tf.matmul(rows, weights) + biases

    def _add_training(self):
        variables = v1.trainable_variables()
        clipped, self.global_norm = tf.clip_by_global_norm(
            tf.gradients(self.loss, variables), GRAD_CLIP
        )
        step = v1.train.get_or_create_global_step()
        self.train = v1.train.AdamOptimizer(LEARNING_RATE).apply_gradients(
            zip(clipped, variables), global_step=step
        )


def load_initial_values(session):
    """Fixed values for weights and biases; slots, powers and counter as TF1 starts them."""
    session.run(v1.global_variables_initializer())
    random = np.random.RandomState(VALUES_SEED)
    for variable in v1.trainable_variables():
        scale = 0.2 if len(variable.shape) == 2 else 0.05
        values = random.normal(size=variable.shape.as_list()) * scale
        variable.load(values.astype(np.float32), session)


def train(text, name, keep_prob, graph_seed, wrapper_seeds, checkpoint_folder=None):
    """One run of STEPS steps. Writes the initial checkpoint if a folder is given."""
    vocabulary = sorted(set(text))
    encoded = np.array([vocabulary.index(character) for character in text], dtype=np.int32)
    with tf.Graph().as_default():
        if graph_seed is not None:
            v1.set_random_seed(graph_seed)
        model = Model(len(vocabulary), wrapper_seeds)
        with v1.Session(config=one_thread()) as session:
            load_initial_values(session)
            if checkpoint_folder is not None:
                save(session, checkpoint_folder)
            losses, norms, state = steps(session, model, encoded, keep_prob)
            variables = v1.global_variables()
            return {
                "run": name,
                "keep_prob": keep_prob,
                "graph_seed": graph_seed,
                "wrapper_seeds": wrapper_seeds,
                "losses": numbers(losses),
                "global_norms": numbers(norms),
                "final_state": tensors(tf.nest.flatten(state)),
                "final_variables": {
                    variable.op.name: rounded_tensor(value)
                    for variable, value in zip(variables, session.run(variables))
                },
            }


def steps(session, model, encoded, keep_prob):
    """Losses, norms before clipping, and the last state. An epoch starts from a zero state."""
    losses, norms = [], []
    while True:
        state = session.run(model.initial_state)
        for inputs, targets in generate_character_batches(encoded):
            feeds = {
                model.inputs: inputs,
                model.targets: targets,
                model.keep_prob: keep_prob,
                model.initial_state: state,
            }
            loss, norm, state, _ = session.run(
                [model.loss, model.global_norm, model.final_state, model.train], feeds
            )
            losses.append(loss)
            norms.append(norm)
            if len(losses) == STEPS:
                return losses, norms, state


def save(session, folder):
    """TF1's V2 checkpoint of all variables, without a MetaGraph."""
    v1.train.Saver(write_version=v1.train.SaverDef.V2).save(
        session, os.path.join(folder, CHECKPOINT), write_meta_graph=False, write_state=False
    )


def require_partial_clipping(run):
    """A bound that never acts, or that always acts, would prove nothing."""
    acted = [norm > GRAD_CLIP for norm in run["global_norms"]]
    if not any(acted) or all(acted):
        raise ValueError(f"the clip must act in some of the steps: {run['global_norms']}")


def cases(checkpoint_folder):
    """The documents by file name; the checkpoint goes to the folder."""
    disable_v2()
    with open(TEXT, encoding="ascii", newline="") as file:
        text = file.read()
    runs = [
        train(text, "no_dropout", 1.0, None, [None, None], checkpoint_folder),
        train(text, "dropout", 0.5, 5, [11, 12]),
    ]
    for run in runs:
        require_partial_clipping(run)
    document = {
        "generator": f"{NAME}.py",
        "tensorflow": golden_format.TENSORFLOW_VERSION,
        "case": NAME,
        "tolerance": TOLERANCE,
        "text": f"{NAME}.txt",
        "initial_checkpoint": CHECKPOINT,
        "vocabulary": "".join(sorted(set(text))),
        "batch_size": BATCH_SIZE,
        "num_steps": NUM_STEPS,
        "lstm_size": LSTM_SIZE,
        "layers": LAYERS,
        "learning_rate": LEARNING_RATE,
        "grad_clip": GRAD_CLIP,
        "steps": STEPS,
        "runs": runs,
    }
    return {NAME: document}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="folder to write to")
    folder = parser.parse_args().out
    copy = os.path.join(folder, f"{NAME}.txt")
    if os.path.abspath(copy) != os.path.normpath(TEXT):
        shutil.copyfile(TEXT, copy)
    for name, document in cases(folder).items():
        golden_format.write(folder, name, document)


if __name__ == "__main__":
    main()
