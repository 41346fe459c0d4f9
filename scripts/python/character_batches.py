"""The book's windows of a text, for programs that run under any TensorFlow and Python 3."""

import numpy as np


def generate_character_batches(encoded, batch_size, num_steps):
    """The book's windows: the last target of a window is its own first input."""
    count = len(encoded) // (batch_size * num_steps)
    rows = encoded[: count * batch_size * num_steps].reshape(batch_size, -1)
    for start in range(0, rows.shape[1], num_steps):
        inputs = rows[:, start : start + num_steps]
        targets = np.zeros_like(inputs)
        targets[:, :-1], targets[:, -1] = inputs[:, 1:], inputs[:, 0]
        yield inputs, targets
