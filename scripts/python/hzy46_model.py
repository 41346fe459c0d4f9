"""The graph of hzy46's Char-RNN-TensorFlow, with `tf.compat.v1`.

One-hot characters or an embedding, a stack of LSTMs by `dynamic_rnn`, softmax in name scope `lstm`.
"""

import tensorflow as tf

from interop_values import Roles, tensor_names

v1 = tf.compat.v1


class Hzy46Model:
    """Placeholders, cells, probabilities and training step, with the program's variable names."""

    def __init__(self, characters, settings, window, embedding_size=None):
        size = settings.lstm_size
        with v1.name_scope("inputs"):
            self.inputs = v1.placeholder(tf.int32, window, name="inputs")
            self.targets = v1.placeholder(tf.int32, window, name="targets")
            self.keep_prob = v1.placeholder(tf.float32, [], name="keep_prob")
            if embedding_size is None:
                rows = tf.one_hot(self.inputs, characters)
            else:
                embedding = v1.get_variable("embedding", [characters, embedding_size])
                rows = tf.nn.embedding_lookup(embedding, self.inputs)
        with v1.name_scope("lstm"):
            cell = v1.nn.rnn_cell.MultiRNNCell(
                [
                    v1.nn.rnn_cell.DropoutWrapper(
                        v1.nn.rnn_cell.BasicLSTMCell(size), output_keep_prob=self.keep_prob
                    )
                    for _ in range(settings.layers)
                ]
            )
            self.initial_state = cell.zero_state(window[0], tf.float32)
            outputs, self.final_state = v1.nn.dynamic_rnn(
                cell, rows, initial_state=self.initial_state
            )
            with v1.variable_scope("softmax"):
                weights = v1.Variable(v1.truncated_normal([size, characters], stddev=0.1))
                biases = v1.Variable(tf.zeros(characters))
            logits = tf.matmul(tf.reshape(outputs, [-1, size]), weights) + biases
            self.predictions = tf.nn.softmax(logits, name="predictions")
        labels = tf.reshape(tf.one_hot(self.targets, characters), [-1, characters])
        loss = tf.reduce_mean(
            v1.nn.softmax_cross_entropy_with_logits(logits=logits, labels=labels)
        )
        variables = v1.trainable_variables()
        clipped, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
        self.train_op = v1.train.AdamOptimizer(0.001).apply_gradients(zip(clipped, variables))

    def roles(self):
        """The tensors that a caller feeds and fetches."""
        return Roles(
            inputs=self.inputs.name,
            predictions=self.predictions.name,
            initial_state=tensor_names(self.initial_state),
            final_state=tensor_names(self.final_state),
            keep_prob=self.keep_prob.name,
        )
