"""Goldens of masks, losses of sequences and clip_by_norm: `sequence_ops.py --out DIR`.

TensorFlow 2 has no tf.contrib.legacy_seq2seq: its two losses are written out here.
"""

import numpy as np
import tensorflow as tf

import golden_format
import programs
from golden_format import tensor

v1 = tf.compat.v1

# (lengths, maxlen)
MASKS = (
    ([1, 3, 2], None),
    ([1, 3, 2], 5),
    ([4, 0, -1], 3),
    ([[1, 2], [0, 3]], None),
    (2, 4),
    ([0, 0], None),
    ([], None),
)
# (shape, factor, clip_norm, axes)
CLIPPED = (
    ([3], 1.0, 0.5, None),
    ([3], 0.01, 0.5, None),
    ([2, 3], 1.0, 1.0, None),
    ([2, 3], 1.0, 0.7, [1]),
    ([4, 2, 3], 1.0, 0.7, [0, 2]),
    ([2, 3], 0.0, 1.0, None),
    ([2, 3], 1.0, 0.0, None),
)
WEIGHTS = {
    "ones": [[1, 1], [1, 1], [1, 1]],
    "masked": [[1, 1], [1, 0], [0.5, 0]],
    "a sequence of zeros": [[1, 0], [2, 0], [1, 0]],
}


def loss_by_example(logits, targets, weights, over_steps):
    """tf.contrib.legacy_seq2seq.sequence_loss_by_example."""
    terms = [
        v1.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logit) * weight
        for logit, target, weight in zip(logits, targets, weights)
    ]
    sums = tf.add_n(terms)
    return sums / (tf.add_n(weights) + 1e-12) if over_steps else sums


def sequence_loss(logits, targets, weights, over_steps, over_batch):
    """tf.contrib.legacy_seq2seq.sequence_loss."""
    cost = tf.reduce_sum(loss_by_example(logits, targets, weights, over_steps))
    return cost / tf.cast(tf.shape(targets[0])[0], cost.dtype) if over_batch else cost


def mask_case(lengths, maxlen):
    with tf.Graph().as_default(), v1.Session() as session:
        mask = session.run(tf.sequence_mask(tf.constant(lengths, tf.int32), maxlen, tf.int32))
    return {"lengths": tensor(np.array(lengths, np.int32)), "maxlen": maxlen, "mask": tensor(mask)}


def clip_case(shape, factor, clip_norm, axes, seed):
    values = (np.random.RandomState(seed).randn(*shape) * factor).astype(np.float32)
    with tf.Graph().as_default(), v1.Session() as session:
        given = tf.constant(values)
        clipped = v1.clip_by_norm(given, clip_norm, axes=axes)
        results = session.run([clipped, tf.gradients(tf.square(clipped), given)[0]])
    return {
        "values": tensor(values),
        "clip_norm": clip_norm,
        "axes": axes,
        "clipped": tensor(results[0]),
        "gradient": tensor(results[1]),
    }


def loss_case(name, weights, over_steps, over_batch, seed):
    random = np.random.RandomState(seed)
    given = random.randn(3, 2, 5).astype(np.float32)
    targets = random.randint(0, 5, (3, 2)).astype(np.int32)
    weights = np.array(weights, np.float32)
    with tf.Graph().as_default(), v1.Session() as session:
        all_logits = tf.constant(given)
        steps = [tf.unstack(value) for value in (all_logits, tf.constant(targets))]
        steps.append(tf.unstack(tf.constant(weights)))
        loss = sequence_loss(*steps, over_steps, over_batch)
        by_example = loss_by_example(*steps, over_steps)
        results = session.run([by_example, loss, tf.gradients(loss, all_logits)[0]])
    return {
        "case": name,
        "logits": tensor(given),
        "targets": tensor(targets),
        "weights": tensor(weights),
        "average_across_timesteps": over_steps,
        "average_across_batch": over_batch,
        "by_example": tensor(results[0]),
        "loss": tensor(results[1]),
        "gradient": tensor(results[2]),
    }


def document():
    return {
        "generator": "scripts/python/sequence_ops.py",
        "tensorflow": tf.__version__,
        "sequence_mask": [mask_case(*what) for what in MASKS],
        "clip_by_norm": [clip_case(*what, seed=k) for k, what in enumerate(CLIPPED)],
        "sequence_loss": [
            loss_case(f"{name}, {over_steps}, {over_batch}", weights, over_steps, over_batch, seed=9)
            for name, weights in WEIGHTS.items()
            for over_steps in (True, False)
            for over_batch in (True, False)
        ],
    }


def main():
    folder = programs.out_folder(__doc__)
    v1.disable_v2_behavior()
    golden_format.write(folder, "sequence_ops", document())


if __name__ == "__main__":
    main()
