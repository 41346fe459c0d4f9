"""Cells of tf.contrib.rnn, which TensorFlow 2 lacks, by their equations."""

import tensorflow as tf

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell


class UGRNNCell(rnn_cell.RNNCell):
    """u = sigmoid(g + forget_bias), h' = u h + (1 - u) act(c), with [g, c] = [x, h] W + b."""

    def __init__(self, num_units, forget_bias=1.0, activation=tf.tanh):
        super().__init__()
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._activation = activation

    @property
    def state_size(self):
        return self._num_units

    @property
    def output_size(self):
        return self._num_units

    def call(self, inputs, state):
        joined = tf.concat([inputs, state], 1)
        columns = 2 * self._num_units
        kernel = v1.get_variable("kernel", [joined.shape[-1], columns])
        bias = v1.get_variable("bias", [columns], initializer=v1.zeros_initializer())
        gate, candidate = tf.split(tf.nn.bias_add(tf.matmul(joined, kernel), bias), 2, axis=1)
        candidate = self._activation(candidate)
        update = tf.sigmoid(gate + self._forget_bias)
        state = update * state + (1.0 - update) * candidate
        return state, state


class NASCell(rnn_cell.RNNCell):
    """Eight products of the inputs and of h, joined two by two, then with the memory c."""

    def __init__(self, num_units, num_proj=None, use_bias=False):
        super().__init__()
        self._num_units = num_units
        self._num_proj = num_proj
        self._use_bias = use_bias

    @property
    def state_size(self):
        return rnn_cell.LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self):
        return self._num_proj or self._num_units

    def call(self, inputs, state):
        memory, hidden = state
        columns = 8 * self._num_units
        recurrent_kernel = v1.get_variable("recurrent_kernel", [self.output_size, columns])
        kernel = v1.get_variable("kernel", [inputs.shape[-1], columns])
        recurrent = tf.matmul(hidden, recurrent_kernel)
        given = tf.matmul(inputs, kernel)
        if self._use_bias:
            bias = v1.get_variable("bias", [columns], initializer=v1.zeros_initializer())
            recurrent = tf.nn.bias_add(recurrent, bias)
        m = tf.split(recurrent, 8, axis=1)
        x = tf.split(given, 8, axis=1)
        gates = (tf.sigmoid, tf.nn.relu, tf.sigmoid, None, tf.tanh, tf.sigmoid, tf.tanh, tf.sigmoid)
        part = [
            tf.nn.relu(x[k] * m[k]) if gate is None else gate(x[k] + m[k])
            for k, gate in enumerate(gates)
        ]
        first = tf.tanh(part[0] * part[1])
        second = tf.tanh(part[2] + part[3])
        third = tf.tanh(part[4] * part[5])
        fourth = tf.sigmoid(part[6] + part[7])
        memory = tf.tanh(first + memory) * second
        hidden = tf.tanh(memory * tf.tanh(third + fourth))
        if self._num_proj:
            weights = v1.get_variable("projection_weights", [self._num_units, self._num_proj])
            hidden = tf.matmul(hidden, weights)
        return hidden, rnn_cell.LSTMStateTuple(memory, hidden)


class LayerNormBasicLSTMCell(rnn_cell.RNNCell):
    """An LSTM whose gates, new input and memory are normalized, with dropout of the new input."""

    def __init__(
        self,
        num_units,
        forget_bias=1.0,
        activation=tf.tanh,
        layer_norm=True,
        dropout_keep_prob=1.0,
        dropout_prob_seed=None,
    ):
        super().__init__()
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._activation = activation
        self._layer_norm = layer_norm
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed

    @property
    def state_size(self):
        return rnn_cell.LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self):
        return self._num_units

    def call(self, inputs, state):
        memory, hidden = state
        joined = tf.concat([inputs, hidden], 1)
        columns = 4 * self._num_units
        sums = tf.matmul(joined, v1.get_variable("kernel", [joined.shape[-1], columns]))
        if not self._layer_norm:
            sums = tf.nn.bias_add(sums, v1.get_variable("bias", [columns]))
        scopes = ("input", "transform", "forget", "output")
        parts = tf.split(sums, 4, axis=1)
        i, j, f, o = (self._normalized(x, scope) for x, scope in zip(parts, scopes))
        new = self._activation(j)
        if self._keep_prob < 1:
            new = tf.nn.dropout(new, rate=1 - self._keep_prob, seed=self._seed)
        memory = memory * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * new
        memory = self._normalized(memory, "state")
        hidden = self._activation(memory) * tf.sigmoid(o)
        return hidden, rnn_cell.LSTMStateTuple(memory, hidden)

    def _normalized(self, x, scope):
        if not self._layer_norm:
            return x
        with v1.variable_scope(scope):
            gamma = v1.get_variable("gamma", x.shape[-1:], initializer=v1.ones_initializer())
            beta = v1.get_variable("beta", x.shape[-1:], initializer=v1.zeros_initializer())
        mean = tf.reduce_mean(x, 1, keepdims=True)
        squares = tf.math.squared_difference(x, tf.stop_gradient(mean))
        variance = tf.reduce_mean(squares, 1, keepdims=True)
        scale = tf.math.rsqrt(variance + 1e-12) * gamma
        return x * scale + (beta - mean * scale)
