"""Goldens of every cell in every loop: `cell_cases.py --out DIR`. One file per family of cases."""

import numpy as np

import golden_format
import programs
from case_family import DEPTH, Family
from graph_mode import disable_v2


def basic_rnn(**options):
    return {"type": "BasicRNNCell", "num_units": 4, **options}


def basic_lstm(**options):
    return {"type": "BasicLSTMCell", "num_units": 4, **options}


def lstm(**options):
    return {"type": "LSTMCell", "num_units": 4, **options}


def gru(**options):
    return {"type": "GRUCell", "num_units": 4, **options}


def stack(*cells, **options):
    return {"type": "MultiRNNCell", "cells": list(cells), **options}


def dropout(cell, **options):
    return {"type": "DropoutWrapper", "cell": cell, **options}


def residual(cell, **options):
    return {"type": "ResidualWrapper", "cell": cell, **options}


def basic_cells():
    family = Family()
    family.add_both("custom_cell", {"type": "CustomCell", "num_units": 4})
    family.add_both("basic_rnn_cell", basic_rnn())
    family.add_both("basic_rnn_cell_relu", basic_rnn(activation="relu"))
    return family.cases


def basic_lstm_cell():
    family = Family()
    family.add_both("basic_lstm_cell", basic_lstm())
    family.add_both(
        "basic_lstm_cell_relu_forget_bias_0", basic_lstm(forget_bias=0.0, activation="relu")
    )
    family.add_both("basic_lstm_cell_concatenated", basic_lstm(state_is_tuple=False))
    return family.cases


def lstm_cell():
    family = Family()
    family.add_both("lstm_cell", lstm())
    family.add_both("lstm_cell_peepholes", lstm(use_peepholes=True))
    for case in family.add_both("lstm_cell_cell_clip", lstm(cell_clip=0.25)):
        require_clipped(case, state=0, bound=0.25)
    family.add_both("lstm_cell_num_proj", lstm(num_proj=2))
    everything = lstm(use_peepholes=True, cell_clip=0.4, num_proj=3, proj_clip=0.1)
    for case in family.add_both("lstm_cell_all_options", everything, steps=4):
        require_clipped(case, state=0, bound=0.4)
        require_clipped(case, state=1, bound=0.1)
    family.add_both("lstm_cell_forget_bias_relu", lstm(forget_bias=0.5, activation="relu"))
    family.add_both("lstm_cell_concatenated", lstm(state_is_tuple=False, num_proj=3))
    family.add_both("lstm_cell_cell_clip_0", lstm(cell_clip=0.0))
    family.add_both("lstm_cell_proj_clip_0", lstm(num_proj=3, proj_clip=0.0))
    return family.cases


def require_clipped(case, state, bound):
    """Some values must be clipped and some not, or the case tests nothing."""
    values = np.abs(case.runs[0].final_state[state])
    clipped = np.isclose(values, bound, rtol=1e-6)
    if not clipped.any() or clipped.all():
        raise ValueError(f"expected some values to be clipped at {bound}, but not all: {values}")


def gru_cell():
    family = Family()
    family.add_both("gru_cell", gru())
    family.add_both("gru_cell_relu", gru(activation="relu"))
    return family.cases


def contrib_cells():
    family = Family()
    units = {"num_units": 4}
    ugrnn = {"type": "UGRNNCell", **units}
    family.add_both("ugrnn_cell", ugrnn)
    options = {"forget_bias": -0.5, "activation": "relu"}
    family.add_both("ugrnn_cell_relu_forget_bias", {**ugrnn, **options})
    nas = {"type": "NASCell", **units}
    family.add_both("nas_cell", nas)
    family.add_both("nas_cell_bias", {**nas, "use_bias": True})
    family.add_both("nas_cell_num_proj", {**nas, "num_proj": 3, "use_bias": True}, steps=5)
    lengths = {"sequence_length": [2, 0, 4]}
    family.add_both("contrib_cells_stack_lengths", stack(nas, ugrnn), lengths, steps=4, batch=3)
    norm = {"type": "LayerNormBasicLSTMCell", **units}
    family.add_both("layer_norm_basic_lstm_cell", norm)
    options = {"forget_bias": -0.5, "activation": "relu"}
    family.add_both("layer_norm_basic_lstm_cell_relu_forget_bias", {**norm, **options})
    family.add_both("layer_norm_basic_lstm_cell_bias", {**norm, "layer_norm": False})
    small = {**norm, "num_units": 3, "forget_bias": 0.5}
    stacked = stack(norm, ugrnn, small)
    family.add_both("layer_norm_stack_lengths", stacked, lengths, steps=4, batch=3)
    dropped = {**norm, "dropout_keep_prob": 0.7, "dropout_prob_seed": 17}
    seeded = {"graph_seed": 42, "runs": 2, "steps": 4}
    family.add_both("layer_norm_basic_lstm_cell_dropout", dropped, **seeded)
    plain = {**small, "layer_norm": False, "dropout_keep_prob": 0.5, "dropout_prob_seed": 18}
    layers = stack(dropped, plain)
    family.add_both("layer_norm_dropout_stack_lengths", layers, lengths, **seeded, batch=3)
    sru = {"type": "SRUCell", **units}
    family.add_both("sru_cell", sru)
    relu = {**sru, "num_units": 2, "activation": "relu"}
    family.add_both("sru_cell_stack_lengths", stack(relu, sru), lengths, steps=4, batch=3)
    return family.cases


def contrib_wrappers():
    family = Family()
    lengths = {"sequence_length": [2, 0, 4]}
    longer = {"steps": 4, "batch": 3}

    def wrapped(kind, cell, **options):
        return {"type": kind, "cell": cell, **options}

    into = wrapped("InputProjectionWrapper", basic_lstm(), num_proj=2)
    family.add_both("input_projection_wrapper", into)
    out_of = wrapped("OutputProjectionWrapper", gru(), output_size=2)
    family.add_both("output_projection_wrapper", out_of)
    layers = stack({**into, "activation": "relu"}, {**out_of, "activation": "sigmoid"})
    family.add_both("projection_wrappers_stack_lengths", layers, lengths, **longer)
    around = wrapped("OutputProjectionWrapper", stack(basic_lstm(), gru()), output_size=3)
    family.add_both("projection_wrapper_around_stack", around)
    attention = wrapped("AttentionCellWrapper", basic_lstm(), attn_length=3)
    family.add_both("attention_cell_wrapper", attention, steps=4)
    options = {"attn_length": 2, "attn_size": 3, "attn_vec_size": 5, "input_size": 6}
    concatenated = basic_lstm(state_is_tuple=False)
    one_tensor = wrapped("AttentionCellWrapper", concatenated, **options, state_is_tuple=False)
    family.add_both("attention_cell_wrapper_concatenated", one_tensor, steps=4)
    layers = stack(wrapped("AttentionCellWrapper", stack(gru(), basic_lstm()), **options), gru())
    family.add_both("attention_cell_wrapper_stack_lengths", layers, lengths, **longer)
    return family.cases


def multi_rnn_cell():
    family = Family()
    layers = stack(
        {"type": "BasicLSTMCell", "num_units": 4},
        {"type": "GRUCell", "num_units": 2},
        {"type": "LSTMCell", "num_units": 3, "num_proj": 2, "use_peepholes": True},
    )
    family.add_both("multi_rnn_cell_three_layers", layers)
    concatenated = stack(
        {"type": "GRUCell", "num_units": 3},
        {"type": "GRUCell", "num_units": 2},
        state_is_tuple=False,
    )
    family.add_both("multi_rnn_cell_concatenated", concatenated)
    shared = stack(
        {"type": "BasicLSTMCell", "num_units": 3},
        {"type": "GRUCell", "num_units": 2},
        repeat_first=2,
    )
    family.add_both("multi_rnn_cell_shared", shared)
    return family.cases


def dropout_wrapper():
    family = Family()
    sizes = {"steps": 4, "batch": 2, "runs": 2}
    every = {"input_keep_prob": 0.8, "output_keep_prob": 0.6, "state_keep_prob": 0.7}

    def add(name, cell, graph_seed=42, **options):
        merged = {**sizes, **options}
        family.add_both("dropout_wrapper_" + name, cell, graph_seed=graph_seed, **merged)

    add("input", dropout(basic_lstm(), input_keep_prob=0.7, seed=7))
    add("output", dropout(basic_lstm(), output_keep_prob=0.6, seed=8))
    add("state_lstm", dropout(basic_lstm(), state_keep_prob=0.5, seed=9))
    add("state_gru", dropout(gru(), state_keep_prob=0.5, seed=10))
    small_layers = ({"type": "LSTMCell", "num_units": 3}, {"type": "GRUCell", "num_units": 2})
    add("all_around_stack", dropout(stack(*small_layers), **every, seed=11))
    add(
        "all_inside_stack",
        stack(*[dropout(cell, **every, seed=seed) for seed, cell in enumerate(small_layers, 21)]),
    )
    variational = {"variational_recurrent": True, "input_size": DEPTH}
    add("variational", dropout(basic_lstm(), **every, **variational, seed=12))
    add("variational_stack", dropout(stack(*small_layers), **every, **variational, seed=13))
    add("operands", dropout(basic_lstm(), **every, keep_prob_as_operand=True, seed=14))
    add("no_graph_seed", dropout(basic_lstm(), **every, seed=15), graph_seed=None)
    family.add(
        "dropout_wrapper_lengths.dynamic",
        dropout(gru(), **every, seed=16),
        {"kind": "dynamic_rnn", "sequence_length": [3, 0, 4]},
        graph_seed=42,
        **{**sizes, "batch": 3},
    )
    return family.cases


def residual_and_device():
    family = Family()
    same_size = {"type": "GRUCell", "num_units": DEPTH}
    family.add_both("residual_wrapper", residual(same_size))
    family.add_both("residual_wrapper_scaled", residual(same_size, residual_fn="scaled"))
    device = {"type": "DeviceWrapper", "cell": basic_lstm(), "device": "/device:CPU:0"}
    family.add_both("device_wrapper", device)
    wrapped = {"type": "BasicLSTMCell", "num_units": DEPTH}
    nested = stack(residual(dropout(wrapped, output_keep_prob=0.6, seed=31)), gru())
    family.add_both("residual_dropout_stack", nested, graph_seed=42, runs=2)
    return family.cases


def sequence_lengths():
    family = Family()
    shape = {"steps": 4, "batch": 3}
    cells = {
        "basic_rnn_cell": basic_rnn(),
        "basic_lstm_cell": basic_lstm(),
        "lstm_cell_num_proj": lstm(num_proj=2, use_peepholes=True),
        "gru_cell": gru(),
        "multi_rnn_cell": stack({"type": "BasicLSTMCell", "num_units": 2}, gru()),
        "residual_wrapper": residual({"type": "GRUCell", "num_units": DEPTH}),
    }
    for name, cell in cells.items():
        lengths = {"sequence_length": [2, 0, 4]}
        family.add_both(f"lengths_{name}", cell, lengths, **shape)
    short = {"sequence_length": [1, 3, 2]}
    family.add_both("lengths_below_steps", basic_lstm(), short, **shape)
    family.add_both("lengths_zero_state", basic_lstm(), short, fed_state=False, **shape)
    family.add_both("lengths_all_zero", gru(), {"sequence_length": [0, 0, 0]}, **shape)
    # a length beyond the steps ends with them, one below 0 counts as 0
    beyond = {"sequence_length": [6, -1, 2]}
    family.add_both("lengths_beyond_steps", basic_lstm(), beyond, **shape)
    return family.cases


def loop_shapes():
    family = Family()
    layers = stack({"type": "BasicLSTMCell", "num_units": 2}, {"type": "GRUCell", "num_units": 3})
    for name, cell in (("basic_lstm_cell", basic_lstm()), ("gru_cell", gru())):
        family.add_both(f"one_step_{name}", cell, steps=1)
        family.add_both(f"batch_of_one_{name}", cell, steps=3, batch=1)
        time_major = {"kind": "dynamic_rnn", "time_major": True}
        family.add(f"time_major_{name}.dynamic", cell, time_major)
        time_major = {**time_major, "sequence_length": [4, 2]}
        family.add(f"time_major_lengths_{name}.dynamic", cell, time_major, steps=5)
    family.add_both("one_step_batch_of_one", layers, steps=1, batch=1)
    family.add_both("zero_state", layers, fed_state=False)
    family.add_both("scope", layers, {"scope": "rnnlm"})
    family.add_both("depth_one", gru(), depth=1)
    return family.cases


def bidirectional():
    family = Family()
    forward = {"type": "BasicLSTMCell", "num_units": 3}
    backward = {"type": "GRUCell", "num_units": 2}
    lengths = {"sequence_length": [2, 0, 4]}
    shape = {"steps": 4, "batch": 3}
    family.add_bidirectional("bidirectional", forward, backward, steps=4)
    family.add_bidirectional("bidirectional_lengths", forward, backward, lengths, **shape)
    family.add_bidirectional("bidirectional_zero_state", forward, forward, fed_state=False)
    family.add_bidirectional(
        "bidirectional_stack_scope", stack(forward, backward), backward, {"scope": "both_ways"}
    )
    family.add_bidirectional("bidirectional_one_step", backward, forward, steps=1, batch=1)
    family.add(
        "bidirectional_time_major.dynamic",
        forward,
        {
            "kind": "bidirectional_dynamic_rnn",
            "cell_bw": backward,
            "time_major": True,
            "sequence_length": [3, 4],
        },
        steps=4,
    )
    return family.cases


def stack_bidirectional():
    family = Family()
    lstm_3, gru_2 = {"type": "BasicLSTMCell", "num_units": 3}, {"type": "GRUCell", "num_units": 2}
    backward = stack(gru_2, lstm_3)

    def add(name, forward, backward, loop_options=None, **options):
        kind = "stack_bidirectional_dynamic_rnn"
        loop = {"kind": kind, "cell_bw": backward, **(loop_options or {})}
        family.add(f"stack_bidirectional{name}.dynamic", forward, loop, **options)

    add("", stack(lstm_3, gru()), backward, steps=4)
    lengths = {"sequence_length": [2, 0, 4]}
    add("_lengths", stack(lstm_3, gru()), backward, lengths, steps=4, batch=3)
    add("_zero_state", stack(gru_2, gru_2, lstm_3), stack(lstm_3, gru_2, gru_2), fed_state=False)
    options = {"scope": "both_ways", "time_major": True, "sequence_length": [3, 4]}
    add("_time_major_scope", stack(lstm_3), stack(gru_2), options, steps=4)
    return family.cases


def rnn_decoder():
    family = Family()
    layers = stack({"type": "BasicLSTMCell", "num_units": 2}, gru())
    for name, cell in (("basic_lstm_cell", basic_lstm()), ("multi_rnn_cell", layers)):
        loop = {"kind": "rnn_decoder"}
        family.add(f"rnn_decoder_{name}", cell, loop)
        family.add(f"rnn_decoder_{name}_loop_function", cell, {**loop, "loop_function": "tanh"})
    return family.cases


FAMILIES = (
    basic_cells,
    basic_lstm_cell,
    lstm_cell,
    gru_cell,
    contrib_cells,
    contrib_wrappers,
    multi_rnn_cell,
    dropout_wrapper,
    residual_and_device,
    sequence_lengths,
    loop_shapes,
    bidirectional,
    stack_bidirectional,
    rnn_decoder,
)


def cases():
    """Documents by file name."""
    disable_v2()
    return {
        family.__name__: {
            "generator": "cell_cases.py",
            "tensorflow": golden_format.TENSORFLOW_VERSION,
            "cases": family(),
        }
        for family in FAMILIES
    }


def main():
    golden_format.write_all(programs.out_folder(__doc__), cases())


if __name__ == "__main__":
    main()
