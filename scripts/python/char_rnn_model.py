"""The graph of char-rnn-tensorflow, built with `tf.compat.v1`.

Embedding, a stack of cells unrolled as by `legacy_seq2seq.rnn_decoder` in scope `rnnlm`, softmax.
"""

import numpy as np
import tensorflow as tf

from graph_mode import load_normal_values
from interop_values import Roles, tensor_names

v1 = tf.compat.v1

CELLS = {"rnn": "BasicRNNCell", "gru": "GRUCell", "lstm": "BasicLSTMCell"}


class CharRnnModel:
    """Built from the settings that the original program pickles as an `argparse.Namespace`.

    Its early versions had the embedding in the scope of the network.
    """

    def __init__(self, settings, batch_size=None, seq_length=None, early=False):
        batch_size = batch_size or settings.batch_size
        seq_length = seq_length or settings.seq_length
        self._settings, self._early = settings, early
        self.input_data = v1.placeholder(tf.int32, [batch_size, seq_length])
        self.targets = v1.placeholder(tf.int32, [batch_size, seq_length])
        make_cell = getattr(v1.nn.rnn_cell, CELLS[settings.model])
        cell = v1.nn.rnn_cell.MultiRNNCell(
            [make_cell(settings.rnn_size) for _ in range(settings.num_layers)]
        )
        self.initial_state = cell.zero_state(batch_size, tf.float32)
        logits = self._logits(cell)
        self.probs = tf.nn.softmax(logits)
        self.cost = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=tf.reshape(self.targets, [-1]), logits=logits
            )
        )
        self._add_training()

    def _logits(self, cell):
        settings = self._settings
        with v1.variable_scope("rnnlm"):
            weights = v1.get_variable("softmax_w", [settings.rnn_size, settings.vocab_size])
            biases = v1.get_variable("softmax_b", [settings.vocab_size])
        with v1.variable_scope("rnnlm" if self._early else v1.get_variable_scope()):
            embedding = v1.get_variable("embedding", [settings.vocab_size, settings.rnn_size])
        outputs, state = [], self.initial_state
        with v1.variable_scope("rnnlm"):
            for step in tf.unstack(tf.nn.embedding_lookup(embedding, self.input_data), axis=1):
                if outputs:
                    v1.get_variable_scope().reuse_variables()
                output, state = cell(step, state)
                outputs.append(output)
        self.final_state = state
        rows = tf.reshape(tf.stack(outputs, axis=1), [-1, settings.rnn_size])
        return tf.matmul(rows, weights) + biases

    def roles(self):
        """The tensors that a caller feeds and fetches."""
        return Roles(
            inputs=self.input_data.name,
            predictions=self.probs.name,
            initial_state=tensor_names(self.initial_state),
            final_state=tensor_names(self.final_state),
        )

    def _add_training(self):
        # The original program gives the learning rate no name, so it is called "Variable".
        self.lr = v1.Variable(0.0, trainable=False)
        variables = v1.trainable_variables()
        clipped, _ = tf.clip_by_global_norm(
            tf.gradients(self.cost, variables), self._settings.grad_clip
        )
        self.train_op = v1.train.AdamOptimizer(self.lr).apply_gradients(zip(clipped, variables))


def initialize(session, seed):
    """Fixed values for all weights and biases."""
    load_normal_values(session, seed, kernel_scale=0.4, bias_scale=0.1)


def batches(encoded, batch_size, seq_length):
    """The original program's windows: targets are shifted by one, and the last wraps around."""
    count = len(encoded) // (batch_size * seq_length)
    inputs = encoded[: count * batch_size * seq_length]
    targets = np.roll(inputs, -1)
    return list(
        zip(
            np.split(inputs.reshape(batch_size, -1), count, axis=1),
            np.split(targets.reshape(batch_size, -1), count, axis=1),
        )
    )


def train(session, model, settings, encoded, steps, first_step=0):
    """Trains from a zero state with the learning rate of each epoch. Returns the losses."""
    windows = batches(encoded, settings.batch_size, settings.seq_length)
    losses, state = [], None
    for step in range(first_step, first_step + steps):
        epoch, window = divmod(step, len(windows))
        if window == 0 or state is None:
            rate = settings.learning_rate * settings.decay_rate**epoch
            session.run(model.lr.assign(rate))
            state = session.run(model.initial_state)
        inputs, targets = windows[window]
        loss, state, _ = session.run(
            [model.cost, model.final_state, model.train_op],
            {model.input_data: inputs, model.targets: targets, model.initial_state: state},
        )
        losses.append(loss)
    return losses
