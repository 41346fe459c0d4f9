"""Variable names of older TensorFlow versions, and maps with which a Saver writes them."""

import re

# TF 1.2 and later / TF 1.0 and 1.1 / TF 0.x.
KERNEL, WEIGHTS, LINEAR = "kernel", "weights", "linear"

_LINEAR_WORDS = (
    (r"^rnn/", "RNN/"),
    (r"multi_rnn_cell/cell_(\d+)/", r"MultiRNNCell/Cell\1/"),
    (r"basic_lstm_cell/", "BasicLSTMCell/"),
    (r"basic_rnn_cell/", "BasicRNNCell/"),
    (r"gru_cell/", "GRUCell/"),
    (r"GRUCell/gates/", "GRUCell/Gates/"),
    (r"GRUCell/candidate/", "GRUCell/Candidate/"),
)


def in_era(name, era):
    """The name in an era of a variable (or slot) with the given present name."""
    if era == KERNEL or "_cell/" not in name:
        return name
    kernel, bias = {WEIGHTS: ("weights", "biases"), LINEAR: ("Linear/Matrix", "Linear/Bias")}[era]
    name = re.sub(r"/kernel(?=/|$)", f"/{kernel}", name)
    name = re.sub(r"/bias(?=/|$)", f"/{bias}", name)
    if era == LINEAR:
        for word, old_word in _LINEAR_WORDS:
            name = re.sub(word, old_word, name)
    return name


def name_map(variables, era):
    """A Saver's `var_list`: variables by their names in the checkpoint."""
    return {in_era(variable.op.name, era): variable for variable in variables}
