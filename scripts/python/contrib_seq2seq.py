"""Goldens of tf.contrib.seq2seq's decoders: `contrib_seq2seq.py --out DIR`. TensorFlow 1.15."""

import numpy as np
import tensorflow as tf

import golden_format
import graph_mode
import programs
from graph_case import GraphCase

seq2seq = tf.contrib.seq2seq
rnn_cell = tf.nn.rnn_cell
v1 = tf.compat.v1

BATCH, STEPS, DEPTH, UNITS, SYMBOLS = 4, 5, 3, 4, 6


# --- sequence_loss ---

REDUCTIONS = ("average", "sum", "none")
LOSS_WEIGHTS = {
    "ones": [[1, 1, 1], [1, 1, 1]],
    "masked": [[1, 0.5, 0], [2, 0, 0]],
    "a sequence and a step of zeros": [[1, 0, 1], [0, 0, 0]],
}


def loss_cases():
    for name, weights in LOSS_WEIGHTS.items():
        for over_steps in REDUCTIONS:
            for over_batch in REDUCTIONS:
                if {over_steps, over_batch} != {"average", "sum"}:
                    yield loss_case(
                        f"loss: {name}, {over_steps}, {over_batch}", weights, over_steps, over_batch
                    )
    yield loss_case(
        "loss: another function", LOSS_WEIGHTS["masked"], "average", "average", another_loss
    )


def another_loss(labels, logits):
    return tf.reduce_sum(tf.square(logits - tf.one_hot(labels, 5)), 1)


def loss_case(name, weights, over_steps, over_batch, function=None):
    with GraphCase(name) as case:
        loss = seq2seq.sequence_loss(
            case.floats("logits", 2, 3, 5),
            case.integers("targets", 5, 2, 3),
            case.constant("weights", np.array(weights, np.float32)),
            average_across_timesteps=over_steps == "average",
            average_across_batch=over_batch == "average",
            sum_over_timesteps=over_steps == "sum",
            sum_over_batch=over_batch == "sum",
            softmax_loss_function=function,
        )
        return case.document({"loss": loss}, ["loss"])


# --- dynamic_decode ---


def lstm():
    return rnn_cell.BasicLSTMCell(UNITS)


def gru():
    return rnn_cell.GRUCell(UNITS)


def stack():
    return rnn_cell.MultiRNNCell([rnn_cell.LSTMCell(UNITS), rnn_cell.GRUCell(UNITS)])


def initial_state(case, cell):
    flat = [
        case.floats(f"state_{k}", BATCH, n)
        for k, n in enumerate(tf.contrib.framework.nest.flatten(cell.state_size))
    ]
    return tf.contrib.framework.nest.pack_sequence_as(cell.state_size, flat)


def decode(case, helper, cell=None, layer=True, in_loss=("rnn_output", "state"), **options):
    """`layer`: whether the decoder has an output layer with one unit for each symbol."""
    cell = cell or lstm()
    output_layer = v1.layers.Dense(SYMBOLS, name="projection") if layer else None
    decoder = seq2seq.BasicDecoder(cell, helper, initial_state(case, cell), output_layer)
    # one iteration at a time: random numbers are drawn in a fixed order
    outputs, state, lengths = seq2seq.dynamic_decode(decoder, parallel_iterations=1, **options)
    results = {
        "rnn_output": outputs.rnn_output,
        "sample_id": tf.cast(
            outputs.sample_id, tf.float32 if outputs.sample_id.dtype.is_floating else tf.int32
        ),
        "lengths": lengths,
    }
    flat = tf.contrib.framework.nest.flatten(state)
    results.update({f"state_{k}": leaf for k, leaf in enumerate(flat)})
    names = ["rnn_output"] if "rnn_output" in in_loss else []
    if "state" in in_loss:
        names += [f"state_{k}" for k in range(len(flat))]
    return case.document(results, names)


def training(
    name, lengths=(5, 2, 0, 3), cell=None, layer=True, time_major=False, steps=STEPS, **options
):
    with GraphCase("training: " + name) as case:
        shape = (steps, BATCH, DEPTH) if time_major else (BATCH, steps, DEPTH)
        helper = seq2seq.TrainingHelper(
            case.floats("inputs", *shape),
            case.constant("sequence_length", list(lengths)),
            time_major,
        )
        return decode(case, helper, cell and cell(), layer, **options)


def training_cases():
    yield training("defaults")
    yield training("without an output layer", layer=False)
    yield training("GRU", cell=gru)
    yield training("stack", cell=stack, impute_finished=True)
    yield training("time major", time_major=True, output_time_major=True)
    yield training("impute finished", impute_finished=True)
    yield training("fewer iterations", maximum_iterations=2, impute_finished=True)
    yield training("more iterations", maximum_iterations=9)
    yield training("no iterations", maximum_iterations=0)
    yield training("shorter than the inputs", lengths=(2, 3, 1, 3))
    yield training("one step", lengths=(1, 1, 1, 1), steps=1)
    yield training("no steps", lengths=(0, 0, 0, 0))


def embedding(case):
    return v1.get_variable("embedding", [SYMBOLS, DEPTH])


START, END = [1, 2, 3, 4], 0


def greedy(name, seed=1, **options):
    with GraphCase("greedy: " + name, seed=seed, kernel_scale=1.5) as case:
        helper = seq2seq.GreedyEmbeddingHelper(embedding(case), START, END)
        return decode(case, helper, **options)


def greedy_cases():
    for seed in (1, 2, 3):
        yield greedy(f"seed {seed}", seed=seed, maximum_iterations=6)
    yield greedy("impute finished", maximum_iterations=6, impute_finished=True)
    yield greedy("time major", maximum_iterations=4, output_time_major=True)
    with GraphCase("greedy: a function", kernel_scale=1.5) as case:
        helper = seq2seq.GreedyEmbeddingHelper(lambda ids: tf.one_hot(ids, DEPTH), START, END)
        yield decode(case, helper, maximum_iterations=5)


def sample(name, graph_seed=None, seed=None, temperature=None, **options):
    with GraphCase("sample: " + name, graph_seed=graph_seed, runs=2) as case:
        helper = seq2seq.SampleEmbeddingHelper(embedding(case), START, END, temperature, seed)
        return decode(case, helper, in_loss=(), maximum_iterations=8, **options)


def sample_cases():
    yield sample("seed", seed=3)
    yield sample("both seeds", graph_seed=5, seed=3)
    yield sample("temperature", seed=4, temperature=0.4)
    yield sample("impute finished", seed=9, impute_finished=True)


def scheduled_embedding(name, probability, seed=7, scheduling_seed=8, **options):
    with GraphCase("scheduled embedding: " + name) as case:
        helper = seq2seq.ScheduledEmbeddingTrainingHelper(
            case.floats("inputs", BATCH, STEPS, DEPTH),
            case.constant("sequence_length", [5, 2, 0, 3]),
            embedding(case),
            case.constant("sampling_probability", np.array(probability, np.float32)),
            seed=seed,
            scheduling_seed=scheduling_seed,
        )
        return decode(case, helper, **options)


def scheduled_output(
    name, probability, layer=False, depth=UNITS, function=None, auxiliary=False, **options
):
    with GraphCase("scheduled output: " + name) as case:
        helper = seq2seq.ScheduledOutputTrainingHelper(
            case.floats("inputs", BATCH, STEPS, depth),
            case.constant("sequence_length", [5, 2, 0, 3]),
            case.constant("sampling_probability", np.array(probability, np.float32)),
            seed=11,
            next_inputs_fn=function,
            auxiliary_inputs=case.floats("auxiliary", BATCH, STEPS, 2) if auxiliary else None,
        )
        return decode(case, helper, layer=layer, **options)


def scheduled_cases():
    for probability in (0.0, 0.5, 1.0):
        yield scheduled_embedding(str(probability), probability)
        yield scheduled_output(str(probability), probability)
    yield scheduled_embedding("impute finished", 0.5, impute_finished=True)
    yield scheduled_output("auxiliary", 0.5, auxiliary=True)
    yield scheduled_output(
        "function", 0.5, layer=True, depth=DEPTH, function=lambda x: tf.tanh(x[:, :DEPTH])
    )
    yield scheduled_output(
        "function and auxiliary",
        0.5,
        layer=True,
        depth=DEPTH,
        function=lambda x: tf.tanh(x[:, :DEPTH]),
        auxiliary=True,
    )


def inference_cases():
    with GraphCase("inference: outputs fed back") as case:
        helper = seq2seq.InferenceHelper(
            sample_fn=lambda outputs: outputs * 2.0,
            sample_shape=[UNITS],
            sample_dtype=tf.float32,
            start_inputs=case.floats("start", BATCH, UNITS),
            end_fn=lambda sample_ids: sample_ids[:, 0] > 0.1,
        )
        yield decode(case, helper, layer=False, maximum_iterations=6)
    with GraphCase("inference: next inputs") as case:
        helper = seq2seq.InferenceHelper(
            sample_fn=lambda outputs: tf.argmax(outputs, 1, output_type=tf.int32),
            sample_shape=[],
            sample_dtype=tf.int32,
            start_inputs=case.floats("start", BATCH, DEPTH),
            end_fn=lambda sample_ids: tf.equal(sample_ids, 2),
            next_inputs_fn=lambda sample_ids: tf.one_hot(sample_ids, DEPTH),
        )
        yield decode(case, helper, maximum_iterations=6)


def custom_cases():
    for impute in (False, True):
        with GraphCase(f"custom: impute {impute}") as case:
            inputs = case.floats("inputs", STEPS, BATCH, DEPTH)
            lengths = tf.constant([1, 4, 2, 5])
            helper = seq2seq.CustomHelper(
                initialize_fn=lambda: (tf.equal(lengths, 0), inputs[0]),
                sample_fn=lambda time, outputs, state: tf.argmin(outputs, 1, output_type=tf.int32),
                next_inputs_fn=lambda time, outputs, state, sample_ids: (
                    time + 1 >= lengths,
                    tf.gather(inputs, tf.minimum(time + 1, STEPS - 1)) + outputs[:, :DEPTH],
                    rnn_cell.LSTMStateTuple(state.c * 0.5, state.h),
                ),
            )
            yield decode(case, helper, impute_finished=impute)


def main():
    folder = programs.out_folder(__doc__)
    graph_mode.disable_v2()
    groups = (
        loss_cases,
        training_cases,
        greedy_cases,
        sample_cases,
        scheduled_cases,
        inference_cases,
        custom_cases,
    )
    document = {
        "generator": "scripts/python/contrib_seq2seq.py",
        "tensorflow": tf.__version__,
        "cases": [case for group in groups for case in group()],
    }
    golden_format.write_case_per_line(folder, "contrib_seq2seq", document, tf.__version__)


if __name__ == "__main__":
    main()
