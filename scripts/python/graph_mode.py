"""TF1's graph mode: settings, sessions and initial values."""

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf.rewriter_config_pb2 import RewriterConfig

v1 = tf.compat.v1


def disable_v2():
    """Graph mode, reference variables, TF1's while loops."""
    v1.logging.set_verbosity(v1.logging.ERROR)
    v1.disable_v2_behavior()
    v1.disable_control_flow_v2()


def one_thread():
    """Sums in a fixed order, and random operations one after the other."""
    return v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)


def unoptimized():
    """As `one_thread`, without the graph optimizer.

    It takes the sum of a gradient of shape [1, n] in a loop for a bias, and the run ends with "bias
    must be 1-dimensional".
    """
    config = one_thread()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config


def same_sums():
    """All threads, and the same numbers in each process.

    The optimizer's memory pass adds up large gradients in the order in which threads finish.
    """
    config = v1.ConfigProto()
    rewrites = config.graph_options.rewrite_options
    rewrites.memory_optimization = RewriterConfig.NO_MEM_OPT
    return config


def load_normal_values(session, seed, kernel_scale, bias_scale):
    """Initializes all variables, then sets the trainable ones to fixed normal values."""
    session.run(v1.global_variables_initializer())
    random = np.random.RandomState(seed)
    for variable in v1.trainable_variables():
        scale = kernel_scale if len(variable.shape) == 2 else bias_scale
        values = random.normal(size=variable.shape.as_list()) * scale
        variable.load(values.astype(np.float32), session)
