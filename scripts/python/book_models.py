"""The books' models in TF1's graph mode, with charlstm's dropout masks."""

import tensorflow as tf

from anna_model import AnnaModel, Shape
from charlstm_random import StepwiseDropout

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell


class OwnDropout:
    """TF1's DropoutWrapper, whose streams begin anew in a run that goes on.

    The wrappers have seeds, else their operations would take the numbers of the initializers.
    """

    def __init__(self, seed, keep_prob):
        self._seed, self._keep_prob = seed, keep_prob

    def wrap(self, cell):
        """The cell of the next layer, with its output dropped."""
        self._seed += 1
        return rnn_cell.DropoutWrapper(cell, output_keep_prob=self._keep_prob, seed=self._seed)

    @staticmethod
    def dynamic_rnn(cell, inputs, initial_state):
        """`tf.nn.dynamic_rnn`, which draws the masks of one step after the other."""
        return v1.nn.dynamic_rnn(cell, inputs, initial_state=initial_state, parallel_iterations=1)


DROPOUTS = {"charlstm": StepwiseDropout, "own": OwnDropout}


def stack(settings, dropout):
    """Cells whose outputs are dropped."""
    cells = [rnn_cell.BasicLSTMCell(settings.lstm_size) for _ in range(settings.num_layers)]
    return rnn_cell.MultiRNNCell([dropout.wrap(cell) for cell in cells])


def shape_of(settings):
    return Shape(
        settings.batch_size,
        settings.num_steps,
        settings.lstm_size,
        learning_rate=settings.learning_rate,
        grad_clip=settings.grad_clip,
    )


class AnnaAsPrinted(AnnaModel):
    """Deep Learning by Example, chapter 10, as its code runs: `build_lstm_cell` makes a stack with
    dropout, and returns the single cell.
    """

    def __init__(self, characters, settings):
        super().__init__(characters, shape=shape_of(settings))

    def _cell(self, wrapper_seeds):
        return rnn_cell.BasicLSTMCell(self.shape.lstm_size)


class Anna(AnnaModel):
    """Deep Learning by Example, chapter 10: stacked cells with dropout."""

    def __init__(self, characters, settings):
        self._settings = settings
        self._dropout = None
        super().__init__(characters, shape=shape_of(settings))

    def _cell(self, wrapper_seeds):
        kind = DROPOUTS[self._settings.dropout]
        self._dropout = kind(self._settings.seed, self.keep_prob)
        return stack(self._settings, self._dropout)

    def _loop(self, cell):
        rows = tf.one_hot(self.inputs, self._characters)
        return self._dropout.dynamic_rnn(cell, rows, self.initial_state)


class CookbookModel:
    """TensorFlow Machine Learning Cookbook, chapter 9: an embedding, and a stack in an unrolled
    decoder.
    """

    keep_prob = None  # there is no dropout

    def __init__(self, symbols, settings):
        window = [settings.batch_size, settings.num_steps]
        size = settings.lstm_size
        self.inputs = v1.placeholder(tf.int32, window)
        self.targets = v1.placeholder(tf.int32, window)
        cell = self._cell(settings)
        self.initial_state = cell.zero_state(settings.batch_size, tf.float32)
        with v1.variable_scope("lstm_vars"):
            normal = v1.random_normal_initializer()
            weights = v1.get_variable("W", [size, symbols], tf.float32, normal)
            biases = v1.get_variable("b", [symbols], tf.float32, v1.zeros_initializer())
            embedding = v1.get_variable("embedding_mat", [symbols, size], tf.float32, normal)
        rows = tf.unstack(v1.nn.embedding_lookup(embedding, self.inputs), axis=1)
        # Without a function between the steps, rnn_decoder of TF 1's contrib is this loop.
        outputs, self.final_state = v1.nn.static_rnn(
            cell, rows, initial_state=self.initial_state, scope="rnn_decoder"
        )
        output = tf.reshape(tf.concat(outputs, axis=1), [-1, size])
        losses = v1.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.reshape(self.targets, [-1]), logits=tf.matmul(output, weights) + biases
        )
        self.loss = tf.reduce_sum(losses) / (settings.batch_size * settings.num_steps)
        variables = v1.trainable_variables()
        gradients, self.global_norm = tf.clip_by_global_norm(
            tf.gradients(self.loss, variables), settings.grad_clip
        )
        self.train = v1.train.AdamOptimizer(settings.learning_rate).apply_gradients(
            zip(gradients, variables), global_step=v1.train.get_or_create_global_step()
        )

    def _cell(self, settings):
        return rnn_cell.MultiRNNCell(
            [rnn_cell.BasicLSTMCell(settings.lstm_size) for _ in range(settings.num_layers)]
        )


class CookbookModelSharing(CookbookModel):
    """The same as TF 1.2 and later run the page: the layers have one cell's variables."""

    def _cell(self, settings):
        cell = rnn_cell.BasicLSTMCell(settings.lstm_size)
        return rnn_cell.MultiRNNCell([cell] * settings.num_layers)


class RowClassifier:
    """The tutorial's classifier of MNIST, which reads an image row by row."""

    def __init__(self, image, classes, settings):
        rows, columns = image
        self.inputs = v1.placeholder(tf.float32, [None, rows * columns])
        self.labels = v1.placeholder(tf.float32, [None, classes])
        self.keep_prob = v1.placeholder(tf.float32, [])
        images = tf.reshape(self.inputs, [-1, rows, columns])
        dropout = DROPOUTS[settings.dropout](settings.seed, self.keep_prob)
        cell = stack(settings, dropout)
        state = cell.zero_state(tf.shape(images)[0], tf.float32)
        outputs, _ = dropout.dynamic_rnn(cell, images, state)
        weights = v1.Variable(v1.truncated_normal([settings.lstm_size, classes], stddev=0.1))
        biases = v1.Variable(tf.constant(0.1, shape=[classes]))
        predictions = tf.nn.softmax(tf.matmul(outputs[:, -1, :], weights) + biases)
        self.loss = -tf.reduce_mean(self.labels * tf.math.log(predictions))
        right = tf.equal(tf.argmax(predictions, 1), tf.argmax(self.labels, 1))
        self.accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
        optimizer = v1.train.AdamOptimizer(settings.learning_rate)
        # No variable changes before the last gradient is computed, which may read it.
        gradients = optimizer.compute_gradients(self.loss, gate_gradients=optimizer.GATE_GRAPH)
        self.global_norm = tf.linalg.global_norm([gradient for gradient, _ in gradients])
        self.train = optimizer.apply_gradients(
            gradients, global_step=v1.train.get_or_create_global_step()
        )
