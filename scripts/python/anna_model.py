"""The book's character model (Anna Karenina) in TF1's graph mode, with any sizes and names."""

import dataclasses
from typing import Optional

import tensorflow as tf

from character_batches import generate_character_batches
from graph_mode import load_normal_values

v1 = tf.compat.v1

BATCH_SIZE, NUM_STEPS, LSTM_SIZE, LAYERS = 4, 10, 16, 2
LEARNING_RATE, GRAD_CLIP = 0.004, 0.45
VALUES_SEED = 18780101
SETTINGS = {
    "batch_size": BATCH_SIZE,
    "num_steps": NUM_STEPS,
    "lstm_size": LSTM_SIZE,
    "layers": LAYERS,
    "learning_rate": LEARNING_RATE,
    "grad_clip": GRAD_CLIP,
}


@dataclasses.dataclass(frozen=True)
class Shape:
    """Sizes and parts of a graph; a batch size or number of steps of None is unknown."""

    batch_size: Optional[int] = BATCH_SIZE
    num_steps: Optional[int] = NUM_STEPS
    lstm_size: int = LSTM_SIZE
    unrolled: bool = False
    trained: bool = True
    # Whether there is a global_step; the book's program has none.
    counted: bool = True
    learning_rate: float = LEARNING_RATE
    grad_clip: float = GRAD_CLIP


SAMPLING = Shape(batch_size=1, num_steps=1)


@dataclasses.dataclass(frozen=True)
class Names:
    """Names in the graph. With `memory`, states are placeholders and identities in that scope."""

    inputs: str = "inputs"
    targets: str = "targets"
    keep_prob: str = "keep_prob"
    predictions: str = "predictions"
    memory: Optional[str] = None


class AnnaModel:
    """Placeholders, cells, predictions, loss and training step, with TF1's variable names."""

    def __init__(self, characters, wrapper_seeds=(None,) * LAYERS, shape=Shape(), names=Names()):
        self.shape, self.names, self._characters = shape, names, characters
        window = [shape.batch_size, shape.num_steps]
        self.inputs = v1.placeholder(tf.int32, window, name=names.inputs)
        self.targets = v1.placeholder(tf.int32, window, name=names.targets)
        self.keep_prob = v1.placeholder(tf.float32, name=names.keep_prob, shape=[])
        logits = self._logits(wrapper_seeds)
        self.predictions = tf.nn.softmax(logits, name=names.predictions)
        labels = tf.reshape(tf.one_hot(self.targets, characters), [-1, characters])
        self.loss = tf.reduce_mean(
            v1.nn.softmax_cross_entropy_with_logits(logits=logits, labels=labels)
        )
        if shape.trained:
            self._add_training()

    def _cell(self, wrapper_seeds):
        cells = [
            v1.nn.rnn_cell.DropoutWrapper(
                v1.nn.rnn_cell.BasicLSTMCell(self.shape.lstm_size),
                output_keep_prob=self.keep_prob,
                seed=seed,
            )
            for seed in wrapper_seeds
        ]
        return v1.nn.rnn_cell.MultiRNNCell(cells)

    def _logits(self, wrapper_seeds):
        cell = self._cell(wrapper_seeds)
        self.initial_state = self._initial_state(cell)
        outputs, self.final_state = self._loop(cell)
        if self.names.memory is not None:
            leaves = [
                tf.identity(leaf, name=f"{self.names.memory}/out_{k}")
                for k, leaf in enumerate(tf.nest.flatten(self.final_state))
            ]
            self.final_state = tf.nest.pack_sequence_as(self.final_state, leaves)
        size = self.shape.lstm_size
        rows = tf.reshape(outputs, [-1, size])
        with v1.variable_scope("softmax"):
            weights = v1.Variable(v1.truncated_normal((size, self._characters), stddev=0.1))
            biases = v1.Variable(tf.zeros(self._characters))
        return tf.matmul(rows, weights) + biases

    def _initial_state(self, cell):
        batch_size = self.shape.batch_size
        if self.names.memory is None:
            if batch_size is None:
                batch_size = tf.shape(self.inputs)[0]
            return cell.zero_state(batch_size, tf.float32)
        sizes = tf.nest.flatten(cell.state_size)
        leaves = [
            v1.placeholder(tf.float32, [batch_size, size], name=f"{self.names.memory}/in_{k}")
            for k, size in enumerate(sizes)
        ]
        return tf.nest.pack_sequence_as(cell.state_size, leaves)

    def _loop(self, cell):
        one_hot = tf.one_hot(self.inputs, self._characters)
        if self.shape.unrolled:
            steps = tf.unstack(one_hot, axis=1)
            outputs, state = v1.nn.static_rnn(cell, steps, initial_state=self.initial_state)
            return tf.stack(outputs, axis=1), state
        # parallel_iterations > 1 could draw the masks of several steps in another order.
        return v1.nn.dynamic_rnn(
            cell, one_hot, initial_state=self.initial_state, parallel_iterations=1
        )

    def _add_training(self):
        variables = v1.trainable_variables()
        clipped, self.global_norm = tf.clip_by_global_norm(
            tf.gradients(self.loss, variables), self.shape.grad_clip
        )
        self.global_step = v1.train.get_or_create_global_step() if self.shape.counted else None
        self.train = v1.train.AdamOptimizer(self.shape.learning_rate).apply_gradients(
            zip(clipped, variables), global_step=self.global_step
        )


def load_initial_values(session):
    """Fixed values for weights and biases; other variables as TF1 initializes them."""
    load_normal_values(session, VALUES_SEED, kernel_scale=0.2, bias_scale=0.05)


class Training:
    """Training steps with the state between them: position in the text, and the cells' state."""

    def __init__(self, session, model, encoded, first_step=0, state=None):
        self._session, self._model = session, model
        shape = model.shape
        self._windows = list(generate_character_batches(encoded, shape.batch_size, shape.num_steps))
        self._step = first_step
        self.state = session.run(model.initial_state) if state is None else state

    def run(self, steps, keep_prob):
        """Losses, and gradient norms before clipping. An epoch starts from a zero state."""
        losses, norms = [], []
        for _ in range(steps):
            window = self._step % len(self._windows)
            if window == 0:
                self.state = self._session.run(self._model.initial_state)
            loss, norm, self.state, _ = self._session.run(
                [
                    self._model.loss,
                    self._model.global_norm,
                    self._model.final_state,
                    self._model.train,
                ],
                self._feeds(self._windows[window], keep_prob),
            )
            losses.append(loss)
            norms.append(norm)
            self._step += 1
        return losses, norms

    def _feeds(self, window, keep_prob):
        return {
            self._model.inputs: window[0],
            self._model.targets: window[1],
            self._model.keep_prob: keep_prob,
            self._model.initial_state: self.state,
        }
