"""TF1's graph mode, as all programs here need it."""

import tensorflow as tf

v1 = tf.compat.v1


def disable_v2():
    """Graph mode, reference variables, TF1's while loops."""
    v1.disable_v2_behavior()
    v1.disable_control_flow_v2()
    v1.logging.set_verbosity(v1.logging.ERROR)


def one_thread():
    """Sums in a fixed order, random operations one after the other."""
    return v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
