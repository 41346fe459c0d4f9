"""charlstm's random numbers: the order of an epoch, and the masks of dropout.

Its initial values need nothing here: the random operations of a graph are numbered in the order in
which they are made, in charlstm as by `set_random_seed` of TensorFlow 2.
"""

import functools

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1

SEEDS = 2**31 - 1  # TensorFlow takes seeds modulo this number
MASK_64 = 2**64 - 1


class JavaRandom:
    """Java's `java.util.Random`: a linear congruential generator of 48 bits."""

    def __init__(self, seed):
        self._state = (seed ^ 0x5DEECE66D) & (2**48 - 1)

    def _next(self):
        self._state = (self._state * 0x5DEECE66D + 0xB) & (2**48 - 1)
        return self._state >> 17  # 31 bits

    def next_int(self, bound):
        """A number from 0 to `bound` - 1."""
        if bound & (bound - 1) == 0:
            return (bound * self._next()) >> 31
        while True:
            bits = self._next()
            if bits - bits % bound + bound <= 2**31:
                return bits % bound


def _mixed(value):
    """The finalizer of splitmix64."""
    value = (value + 0x9E3779B97F4A7C15) & MASK_64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK_64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK_64
    return value ^ (value >> 31)


@functools.lru_cache(maxsize=2)
def epoch_order(seed, epoch, size):
    """The order in which an epoch, counted from 0, takes `size` batches or images."""
    random = JavaRandom(_mixed(_mixed(seed & MASK_64) + epoch))
    order = np.empty(size, np.int64)
    for place in range(size):
        other = random.next_int(place + 1)
        order[place] = order[other]
        order[other] = place
    return order


class _WrappedCell(v1.nn.rnn_cell.RNNCell):
    """A cell of the sizes of another."""

    def __init__(self, cell):
        super().__init__()
        self._cell = cell

    @property
    def state_size(self):
        return self._cell.state_size

    @property
    def output_size(self):
        return self._cell.output_size


class DroppedCell(_WrappedCell):
    """A cell whose output goes through `drop`."""

    def __init__(self, cell, drop):
        super().__init__(cell)
        self._drop = drop

    def __call__(self, inputs, state, scope=None):
        output, state = self._cell(inputs, state, scope)
        return self._drop(output), state


class StepwiseDropout:
    """Dropout whose masks are given by the seed, the training step, the time and the layer.

    So a run goes on from a checkpoint with the masks of one that never stopped. TF1's own dropout
    draws from streams, whose positions are in no checkpoint.
    """

    def __init__(self, seed, keep_prob):
        self._key = (seed % SEEDS << 31) or SEEDS
        self._keep_prob = keep_prob
        self._step = v1.train.get_or_create_global_step()
        self._layers = 0
        self._time = None

    def wrap(self, cell):
        """The cell of the next layer, with its output dropped."""
        layer = self._layers
        self._layers += 1
        return DroppedCell(cell, lambda output: self._dropped(output, layer))

    def dynamic_rnn(self, cell, inputs, initial_state):
        """`tf.nn.dynamic_rnn` for a stack of such cells, with a known number of steps."""
        batch_size, num_steps = tf.shape(inputs)[0], inputs.shape[1]
        times = tf.reshape(tf.range(num_steps, dtype=tf.int64), [1, num_steps, 1])
        times = tf.tile(times, [batch_size, 1, 1])
        return v1.nn.dynamic_rnn(
            TimedCell(cell, self._set_time), (inputs, times), initial_state=initial_state
        )

    def _set_time(self, time):
        self._time = time

    def _dropped(self, x, layer):
        key = self._key + self._time * self._layers + layer
        uniform = tf.random.stateless_uniform(tf.shape(x), tf.stack([key, self._step]))
        rate = 1.0 - self._keep_prob
        return tf.where(uniform >= rate, x / (1.0 - rate), tf.zeros_like(x))


class TimedCell(_WrappedCell):
    """Reads the time as a second input, since a loop does not tell its cell."""

    def __init__(self, cell, set_time):
        super().__init__(cell)
        self._set_time = set_time

    def __call__(self, inputs, state, scope=None):
        inputs, times = inputs
        self._set_time(times[0, 0])
        return self._cell(inputs, state, scope)
