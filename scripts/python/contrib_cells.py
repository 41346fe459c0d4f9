"""Cells and wrappers of tf.contrib.rnn, which TensorFlow 2 lacks, by their equations."""

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
        kernel = v1.get_variable("kernel", [joined.shape[-1], columns], inputs.dtype)
        bias = v1.get_variable("bias", [columns], inputs.dtype, initializer=v1.zeros_initializer())
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
        dtype = inputs.dtype
        recurrent_kernel = v1.get_variable("recurrent_kernel", [self.output_size, columns], dtype)
        kernel = v1.get_variable("kernel", [inputs.shape[-1], columns], dtype)
        recurrent = tf.matmul(hidden, recurrent_kernel)
        given = tf.matmul(inputs, kernel)
        if self._use_bias:
            bias = v1.get_variable("bias", [columns], dtype, initializer=v1.zeros_initializer())
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
            shape = [self._num_units, self._num_proj]
            weights = v1.get_variable("projection_weights", shape, dtype)
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
        kernel = v1.get_variable("kernel", [joined.shape[-1], columns], inputs.dtype)
        sums = tf.matmul(joined, kernel)
        if not self._layer_norm:
            sums = tf.nn.bias_add(sums, v1.get_variable("bias", [columns], inputs.dtype))
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
            ones, zeros = v1.ones_initializer(), v1.zeros_initializer()
            gamma = v1.get_variable("gamma", x.shape[-1:], x.dtype, initializer=ones)
            beta = v1.get_variable("beta", x.shape[-1:], x.dtype, initializer=zeros)
        mean = tf.reduce_mean(x, 1, keepdims=True)
        squares = tf.math.squared_difference(x, tf.stop_gradient(mean))
        variance = tf.reduce_mean(squares, 1, keepdims=True)
        scale = tf.math.rsqrt(variance + 1e-12) * gamma
        return x * scale + (beta - mean * scale)


class SRUCell(rnn_cell.RNNCell):
    """c' = f c + (1 - f) x0, h = r act(c') + (1 - r) x3, with [x0, f, r, x3] = x W and a bias."""

    def __init__(self, num_units, activation=tf.tanh):
        super().__init__()
        self._num_units = num_units
        self._activation = activation

    @property
    def state_size(self):
        return self._num_units

    @property
    def output_size(self):
        return self._num_units

    def call(self, inputs, state):
        units = self._num_units
        kernel = v1.get_variable("kernel", [inputs.shape[-1], 4 * units])
        bias = v1.get_variable("bias", [2 * units], initializer=v1.zeros_initializer())
        new, forget, reset, highway = tf.split(tf.matmul(inputs, kernel), 4, axis=1)
        gates = tf.sigmoid(tf.nn.bias_add(tf.concat([forget, reset], 1), bias))
        f, r = tf.split(gates, 2, axis=1)
        memory = f * state + (1.0 - f) * new
        return r * self._activation(memory) + (1.0 - r) * highway, memory


def linear(args, columns):
    """tf.contrib.rnn's linear map of one or more matrices, in the present scope."""
    joined = args[0] if len(args) == 1 else tf.concat(args, 1)
    kernel = v1.get_variable("kernel", [joined.shape[-1], columns])
    bias = v1.get_variable("bias", [columns], initializer=v1.zeros_initializer())
    return tf.nn.bias_add(tf.matmul(joined, kernel), bias)


class Wrapper(rnn_cell.RNNCell):
    """A cell around another, whose state is that cell's."""

    def __init__(self, cell):
        super().__init__()
        self._cell = cell

    @property
    def state_size(self):
        return self._cell.state_size

    @property
    def output_size(self):
        return self._cell.output_size

    def zero_state(self, batch_size, dtype):
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return self._cell.zero_state(batch_size, dtype)


class InputProjectionWrapper(Wrapper):
    """The inputs are projected before the cell."""

    def __init__(self, cell, num_proj, activation=None):
        super().__init__(cell)
        self._num_proj = num_proj
        self._activation = activation or tf.identity

    def call(self, inputs, state):
        return self._cell(self._activation(linear([inputs], self._num_proj)), state)


class OutputProjectionWrapper(Wrapper):
    """The outputs are projected after the cell."""

    def __init__(self, cell, output_size, activation=None):
        super().__init__(cell)
        self._columns = output_size
        self._activation = activation or tf.identity

    @property
    def output_size(self):
        return self._columns

    def call(self, inputs, state):
        output, state = self._cell(inputs, state)
        return self._activation(linear([output], self._columns)), state


class AttentionCellWrapper(rnn_cell.RNNCell):
    """Attention over the last outputs, which are a part of the state."""

    def __init__(
        self,
        cell,
        attn_length,
        attn_size=None,
        attn_vec_size=None,
        input_size=None,
        state_is_tuple=True,
    ):
        super().__init__()
        self._cell = cell
        self._length = attn_length
        self._size = attn_size or cell.output_size
        self._features = attn_vec_size or self._size
        self._input_size = input_size
        self._state_is_tuple = state_is_tuple

    @property
    def _sizes(self):
        return (self._cell.state_size, self._size, self._size * self._length)

    @property
    def state_size(self):
        return self._sizes if self._state_is_tuple else sum(self._sizes)

    @property
    def output_size(self):
        return self._size

    def call(self, inputs, state):
        parts = state if self._state_is_tuple else tf.split(state, self._sizes, axis=1)
        inner, attention, window = parts
        window = tf.reshape(window, [-1, self._length, self._size])
        columns = self._input_size or inputs.shape[-1]
        output, inner = self._cell(linear([inputs, attention], columns), inner)
        query = tf.concat(tf.nest.flatten(inner), 1) if self._state_is_tuple else inner
        with v1.variable_scope("attention"):
            attention = self._attention(query, window)
        with v1.variable_scope("attn_output_projection"):
            output = linear([output, attention], self._size)
        window = tf.concat([window[:, 1:], output[:, None]], 1)
        state = (inner, attention, tf.reshape(window, [-1, self._length * self._size]))
        return output, state if self._state_is_tuple else tf.concat(state, 1)

    def _attention(self, query, window):
        weights = v1.get_variable("attn_w", [1, 1, self._size, self._features])
        vector = v1.get_variable("attn_v", [self._features])
        hidden = tf.reshape(window, [-1, self._length, 1, self._size])
        features = tf.nn.conv2d(hidden, weights, [1, 1, 1, 1], "SAME")
        y = tf.reshape(linear([query], self._features), [-1, 1, 1, self._features])
        scores = tf.nn.softmax(tf.reduce_sum(vector * tf.tanh(features + y), [2, 3]))
        weighted = tf.reshape(scores, [-1, self._length, 1, 1]) * hidden
        return tf.reshape(tf.reduce_sum(weighted, [1, 2]), [-1, self._size])
