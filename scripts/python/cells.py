"""Builds cells from the declarative form in the goldens (see README.md)."""

import numpy as np
import tensorflow as tf

import contrib_cells

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell

ACTIVATIONS = {
    "tanh": tf.tanh,
    "relu": tf.nn.relu,
    "sigmoid": tf.sigmoid,
    "identity": tf.identity,
}
RESIDUAL_FUNCTIONS = {"scaled": lambda inputs, outputs: inputs * 0.5 + outputs}
KEEP_PROBS = ("input_keep_prob", "output_keep_prob", "state_keep_prob")
CONTRIB_WRAPPERS = ("InputProjectionWrapper", "OutputProjectionWrapper", "AttentionCellWrapper")
RECURRENT_OPTIONS = {
    "BasicRNNCell": {"activation"},
    "BasicLSTMCell": {"forget_bias", "state_is_tuple", "activation"},
    "LSTMCell": {
        "use_peepholes",
        "cell_clip",
        "num_proj",
        "proj_clip",
        "forget_bias",
        "state_is_tuple",
        "activation",
    },
    "GRUCell": {"activation"},
    "UGRNNCell": {"forget_bias", "activation"},
    "SRUCell": {"activation"},
    "NASCell": {"num_proj", "use_bias"},
    "LayerNormBasicLSTMCell": {
        "forget_bias",
        "activation",
        "layer_norm",
        "dropout_keep_prob",
        "dropout_prob_seed",
    },
}


class CustomCell(rnn_cell.RNNCell):
    """A user-defined cell: h' = tanh(x W + h U), output 2 h', state h'."""

    def __init__(self, num_units):
        super().__init__()
        self._num_units = num_units

    @property
    def state_size(self):
        return self._num_units

    @property
    def output_size(self):
        return self._num_units

    def call(self, inputs, state):
        depth = inputs.shape[-1]
        units, dtype = self._num_units, inputs.dtype
        input_kernel = v1.get_variable("input_kernel", [depth, units], dtype)
        state_kernel = v1.get_variable("state_kernel", [units, units], dtype)
        state = tf.tanh(tf.matmul(inputs, input_kernel) + tf.matmul(state, state_kernel))
        return state * 2.0, state


class CellBuilder:
    """Builds the cells of one graph; `feeds` has the values of their placeholders."""

    def __init__(self, dtype=tf.float32):
        self._dtype = dtype
        self.feeds = {}

    def build(self, spec):
        """The cell of a spec. An unknown type or option is an error."""
        options = {key: value for key, value in spec.items() if key != "type"}
        kind = spec["type"]
        if kind in RECURRENT_OPTIONS:
            return self._recurrent(kind, options)
        builders = {
            "CustomCell": CustomCell,
            "MultiRNNCell": self._multi,
            "DropoutWrapper": self._dropout,
            "ResidualWrapper": self._residual,
            "DeviceWrapper": self._device,
        }
        if kind in CONTRIB_WRAPPERS:
            return self._contrib_wrapper(kind, **options)
        if kind not in builders:
            raise ValueError(f"unknown cell type {kind}")
        return builders[kind](**options)

    def _recurrent(self, kind, options):
        unknown = set(options) - RECURRENT_OPTIONS[kind] - {"num_units"}
        if unknown:
            raise ValueError(f"unknown options of {kind}: {sorted(unknown)}")
        if "activation" in options:
            options["activation"] = ACTIVATIONS[options["activation"]]
        module = contrib_cells if hasattr(contrib_cells, kind) else rnn_cell
        return getattr(module, kind)(**options)

    def _multi(self, cells, repeat_first=1, **options):
        first = self.build(cells[0])
        built = [first] * repeat_first + [self.build(spec) for spec in cells[1:]]
        return rnn_cell.MultiRNNCell(built, **options)

    def _dropout(self, cell, keep_prob_as_operand=False, **options):
        if keep_prob_as_operand:
            for name in KEEP_PROBS:
                if name in options:
                    options[name] = self._fed(options[name])
        if "input_size" in options:
            options["input_size"] = tf.TensorShape([options["input_size"]])
        if options.get("variational_recurrent"):
            options["dtype"] = self._dtype
        return rnn_cell.DropoutWrapper(self.build(cell), **options)

    def _fed(self, keep_prob):
        placeholder = v1.placeholder(self._dtype, [])
        self.feeds[placeholder] = np.asarray(keep_prob, self._dtype.as_numpy_dtype)
        return placeholder

    def _residual(self, cell, residual_fn=None):
        function = None if residual_fn is None else RESIDUAL_FUNCTIONS[residual_fn]
        return rnn_cell.ResidualWrapper(self.build(cell), residual_fn=function)

    def _device(self, cell, device):
        return rnn_cell.DeviceWrapper(self.build(cell), device)


    def _contrib_wrapper(self, kind, cell, **options):
        if "activation" in options:
            options["activation"] = ACTIVATIONS[options["activation"]]
        return getattr(contrib_cells, kind)(self.build(cell), **options)


def has_dropout(spec):
    """Whether a cell uses random numbers."""
    inner = spec.get("cells", []) + ([spec["cell"]] if "cell" in spec else [])
    own = spec["type"] == "DropoutWrapper" or "dropout_keep_prob" in spec
    return own or any(has_dropout(part) for part in inner)


def zero_state_names(spec, batch_size):
    """Names of the operations of the zero state, flattened."""
    with tf.Graph().as_default():
        state = CellBuilder().build(spec).zero_state(batch_size, tf.float32)
        return [leaf.op.name for leaf in tf.nest.flatten(state)]
