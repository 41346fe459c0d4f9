"""Goldens of attention and beam search of tf.contrib.seq2seq: `contrib_attention.py --out DIR`.

TensorFlow 1.15.
"""

import functools

import numpy as np
import tensorflow as tf

import golden_format
import graph_mode
import programs
from graph_case import GraphCase

seq2seq = tf.contrib.seq2seq
nest = tf.contrib.framework.nest
rnn_cell = tf.nn.rnn_cell
v1 = tf.compat.v1

BATCH, STEPS, DEPTH, UNITS, SYMBOLS = 2, 3, 3, 4, 6
MEMORY, MEMORY_DEPTH, QUERY = 5, 3, 4


def memory(case, name="memory", steps=MEMORY, depth=MEMORY_DEPTH):
    return case.floats(name, BATCH, steps, depth)


def lengths(case):
    return case.constant("memory_sequence_length", np.array([5, 3], np.int32))


MECHANISMS = {
    "luong": seq2seq.LuongAttention,
    "bahdanau": seq2seq.BahdanauAttention,
    "luong scale": functools.partial(seq2seq.LuongAttention, scale=True),
    "bahdanau normalize": functools.partial(seq2seq.BahdanauAttention, normalize=True),
    "luong hardmax": functools.partial(seq2seq.LuongAttention, probability_fn=seq2seq.hardmax),
    "bahdanau sigmoid": functools.partial(seq2seq.BahdanauAttention, probability_fn=tf.sigmoid),
}
for _mode in ("parallel", "recursive", "hard"):
    MECHANISMS[f"luong monotonic {_mode}"] = functools.partial(
        seq2seq.LuongMonotonicAttention, mode=_mode, score_bias_init=0.2
    )
    MECHANISMS[f"bahdanau monotonic {_mode}"] = functools.partial(
        seq2seq.BahdanauMonotonicAttention, mode=_mode, score_bias_init=-0.1
    )
MECHANISMS["luong monotonic scale, noise"] = functools.partial(
    seq2seq.LuongMonotonicAttention, scale=True, sigmoid_noise=0.7, sigmoid_noise_seed=3
)
MECHANISMS["bahdanau monotonic normalize, noise"] = functools.partial(
    seq2seq.BahdanauMonotonicAttention, normalize=True, sigmoid_noise=0.7, sigmoid_noise_seed=4
)


def leaves(state):
    """The state's tensors but for the time and the histories, by name."""
    result = {f"cell_state_{k}": leaf for k, leaf in enumerate(nest.flatten(state.cell_state))}
    result["attention"] = state.attention
    for k, leaf in enumerate(nest.flatten(state.alignments)):
        result[f"alignments_{k}"] = leaf
    for k, leaf in enumerate(nest.flatten(state.attention_state)):
        result[f"attention_state_{k}"] = leaf
    return result


def histories(state):
    found = state.alignment_history
    found = found if isinstance(found, tuple) else (found,)
    return {f"history_{k}": one.stack() for k, one in enumerate(found)}


def decode(case, wrapper, history=False, layer=False, state=None, **options):
    helper = seq2seq.TrainingHelper(
        case.floats("inputs", BATCH, STEPS, DEPTH),
        case.constant("sequence_length", np.array([3, 2], np.int32)),
    )
    projection = v1.layers.Dense(SYMBOLS, name="projection") if layer else None
    state = state or wrapper.zero_state(BATCH, tf.float32)
    decoder = seq2seq.BasicDecoder(wrapper, helper, state, projection)
    # one iteration at a time: random numbers are drawn in a fixed order
    outputs, final, found = seq2seq.dynamic_decode(decoder, parallel_iterations=1, **options)
    results = {"rnn_output": outputs.rnn_output, **leaves(final)}
    in_loss = list(results)
    if history:
        results.update(histories(final))
        in_loss = list(results)
    results["lengths"] = found
    return case.document(results, in_loss)


def mechanism_cases():
    for name, mechanism in MECHANISMS.items():
        for masked in (False, True):
            with GraphCase(f"{name}, {'lengths' if masked else 'whole'}") as case:
                given = mechanism(
                    QUERY, memory(case), memory_sequence_length=lengths(case) if masked else None
                )
                wrapper = seq2seq.AttentionWrapper(
                    rnn_cell.BasicLSTMCell(UNITS), given, attention_layer_size=2
                )
                yield decode(case, wrapper)
    with GraphCase("luong, score mask") as case:
        given = seq2seq.LuongAttention(QUERY, memory(case), lengths(case), score_mask_value=-1.5)
        yield decode(case, seq2seq.AttentionWrapper(rnn_cell.BasicLSTMCell(UNITS), given))


def luong(case, name="memory", depth=MEMORY_DEPTH):
    return seq2seq.LuongAttention(QUERY, memory(case, name, depth=depth))


def wrapper_cases():
    cell = functools.partial(rnn_cell.BasicLSTMCell, UNITS)
    wrap = seq2seq.AttentionWrapper
    with GraphCase("wrapper: no layer") as case:
        yield decode(case, wrap(cell(), luong(case)))
    with GraphCase("wrapper: cell output") as case:
        yield decode(
            case,
            wrap(cell(), luong(case), attention_layer_size=2, output_attention=False),
            layer=True,
        )
    with GraphCase("wrapper: input function") as case:
        yield decode(
            case,
            wrap(cell(), luong(case), cell_input_fn=lambda inputs, attention: inputs * attention),
        )
    with GraphCase("wrapper: attention layer") as case:
        layer = v1.layers.Dense(3, activation=tf.nn.relu, name="mine")
        yield decode(case, wrap(cell(), luong(case), attention_layer=layer))
    with GraphCase("wrapper: history") as case:
        yield decode(
            case,
            wrap(cell(), luong(case), attention_layer_size=2, alignment_history=True),
            history=True,
        )
    with GraphCase("wrapper: history, impute finished") as case:
        wrapper = wrap(cell(), luong(case), alignment_history=True)
        yield decode(case, wrapper, history=True, impute_finished=True, output_time_major=True)
    with GraphCase("wrapper: initial cell state") as case:
        state = rnn_cell.LSTMStateTuple(
            case.floats("c", BATCH, UNITS), case.floats("h", BATCH, UNITS)
        )
        yield decode(case, wrap(cell(), luong(case), initial_cell_state=state, name="mine"))
    with GraphCase("wrapper: clone") as case:
        wrapper = wrap(cell(), luong(case))
        state = rnn_cell.LSTMStateTuple(
            case.floats("c", BATCH, UNITS), case.floats("h", BATCH, UNITS)
        )
        yield decode(
            case, wrapper, state=wrapper.zero_state(BATCH, tf.float32).clone(cell_state=state)
        )
    for sizes in (None, (2, 3)):
        with GraphCase(f"wrapper: two mechanisms, {sizes}") as case:
            both = [
                luong(case),
                seq2seq.BahdanauAttention(5, memory(case, "other", steps=2, depth=4)),
            ]
            wrapper = wrap(cell(), both, attention_layer_size=sizes, alignment_history=True)
            yield decode(case, wrapper, history=True)
    with GraphCase("wrapper: in a stack, GRU") as case:
        inner = wrap(rnn_cell.GRUCell(UNITS), luong(case), attention_layer_size=3)
        outputs, state = v1.nn.dynamic_rnn(
            rnn_cell.MultiRNNCell([inner, rnn_cell.GRUCell(2)]),
            case.floats("inputs", BATCH, STEPS, DEPTH),
            dtype=tf.float32,
        )
        results = {"outputs": outputs, **leaves(state[0]), "upper": state[1]}
        yield case.document(results, list(results))
    with GraphCase("wrapper: static_rnn") as case:
        wrapper = wrap(cell(), luong(case), alignment_history=True)
        outputs, state = v1.nn.static_rnn(
            wrapper,
            tf.unstack(case.floats("inputs", BATCH, STEPS, DEPTH), axis=1),
            dtype=tf.float32,
        )
        results = {"outputs": tf.stack(outputs, 1), **leaves(state), **histories(state)}
        yield case.document(results, list(results))


def function_cases():
    with GraphCase("tile_batch") as case:
        tiled = seq2seq.tile_batch((case.floats("a", 2, 3), case.floats("b", 2)), 3)
        yield case.document({"a": tiled[0], "b": tiled[1]}, ["a", "b"])
    with GraphCase("hardmax") as case:
        yield case.document({"hardmax": seq2seq.hardmax(case.floats("logits", 3, 4))})
    with GraphCase("safe_cumprod") as case:
        chosen = case.constant(
            "x", np.array([[0.3, 0.0, 0.5, 2.0], [0.9, 0.8, 0.7, 0.6]], np.float32)
        )
        results = {
            "plain": seq2seq.safe_cumprod(chosen, axis=1),
            "exclusive": seq2seq.safe_cumprod(chosen, axis=1, exclusive=True),
            "reverse": seq2seq.safe_cumprod(chosen, axis=0, reverse=True),
        }
        yield case.document(results, list(results))
    for mode in ("recursive", "parallel", "hard"):
        with GraphCase(f"monotonic_attention: {mode}") as case:
            chosen = np.array([[0.2, 0.7, 1.0, 0.4], [0.0, 0.0, 0.5, 0.9]], np.float32)
            previous = np.array([[0.1, 0.5, 0.2, 0.2], [0, 1, 0, 0]], np.float32)
            if mode == "hard":
                chosen, previous = np.round(chosen), np.array(
                    [[1, 0, 0, 0], [0, 1, 0, 0]], np.float32
                )
            attention = seq2seq.monotonic_attention(
                case.constant("p", chosen), case.constant("previous", previous), mode
            )
            # TensorFlow 1's gradient of cumprod is NaN where a factor is 0
            yield case.document({"attention": attention}, [] if mode == "hard" else ["attention"])
    random = np.random.RandomState(3)
    for k, (steps, batch, beams) in enumerate(((4, 2, 3), (6, 3, 2), (1, 1, 1))):
        with GraphCase(f"gather_tree: {k}") as case:
            tree = seq2seq.gather_tree(
                case.integers("step_ids", 5, steps, batch, beams),
                case.integers("parent_ids", beams, steps, batch, beams),
                case.constant("lengths", random.randint(0, steps + 2, batch).astype(np.int32)),
                case.constant("end_token", np.array(4, np.int32)),
            )
            yield case.document({"tree": tree})


def beam(
    name,
    width=3,
    seed=1,
    scale=1.5,
    layer=True,
    cell=rnn_cell.BasicLSTMCell,
    function=None,
    iterations=6,
    time_major=False,
    **options,
):
    with GraphCase("beam: " + name, seed=seed, kernel_scale=scale) as case:
        table = function or v1.get_variable("embedding", [SYMBOLS, DEPTH])
        given = cell(UNITS)
        state = nest.pack_sequence_as(
            given.state_size,
            [
                seq2seq.tile_batch(case.floats(f"state_{k}", BATCH, n), width)
                for k, n in enumerate(nest.flatten(given.state_size))
            ],
        )
        decoder = seq2seq.BeamSearchDecoder(
            given,
            table,
            [1, 2],
            0,
            state,
            width,
            v1.layers.Dense(SYMBOLS, name="projection") if layer else None,
            **options,
        )
        return beam_document(case, decoder, iterations, time_major)


def beam_document(case, decoder, iterations, time_major=False, history=False):
    outputs, state, found = seq2seq.dynamic_decode(
        decoder, maximum_iterations=iterations, output_time_major=time_major
    )
    inner = state.cell_state
    results = {
        "predicted_ids": outputs.predicted_ids,
        "scores": outputs.beam_search_decoder_output.scores,
        "step_ids": outputs.beam_search_decoder_output.predicted_ids,
        "parent_ids": outputs.beam_search_decoder_output.parent_ids,
        "log_probs": state.log_probs,
        "finished": tf.cast(state.finished, tf.int32),
        "state_lengths": tf.cast(state.lengths, tf.int32),
        "lengths": found,
    }
    if isinstance(inner, seq2seq.AttentionWrapperState):
        results.update(leaves(inner))
        if history:
            found = inner.alignment_history
            results["history_0"] = found if isinstance(found, tf.Tensor) else found.stack()
    else:
        results.update({f"cell_state_{k}": leaf for k, leaf in enumerate(nest.flatten(inner))})
    return case.document(results)


def attention_beam(name, width=3, history=False, seed=1, **options):
    with GraphCase("beam: " + name, seed=seed, kernel_scale=0.8) as case:
        table = v1.get_variable("embedding", [SYMBOLS, DEPTH])
        tiled = seq2seq.tile_batch(memory(case), width)
        mechanism = seq2seq.LuongAttention(QUERY, tiled, seq2seq.tile_batch(lengths(case), width))
        wrapper = seq2seq.AttentionWrapper(
            rnn_cell.GRUCell(UNITS), mechanism, attention_layer_size=3, alignment_history=history
        )
        first = seq2seq.tile_batch(case.floats("state_0", BATCH, UNITS), width)
        state = wrapper.zero_state(BATCH * width, tf.float32).clone(cell_state=first)
        # TensorFlow 1.15 reorders a history only if the number of start tokens is unknown
        start = v1.placeholder_with_default(np.array([1, 2], np.int32), [None])
        decoder = seq2seq.BeamSearchDecoder(
            wrapper,
            table,
            start,
            0,
            state,
            width,
            v1.layers.Dense(SYMBOLS, name="projection"),
            **options,
        )
        return beam_document(case, decoder, 5, history=history)


def beam_cases():
    for seed in (1, 2, 3):
        yield beam(f"seed {seed}", seed=seed)
    yield beam("one beam", width=1)
    yield beam("length penalty", length_penalty_weight=0.6, seed=4)
    yield beam("until all are finished", seed=3, iterations=30)
    yield beam("time major", time_major=True)
    yield beam("without an output layer", layer=False, width=2)
    yield beam("a function", function=lambda ids: tf.one_hot(ids, DEPTH), width=2)
    yield beam("GRU, five beams", cell=rnn_cell.GRUCell, width=5, iterations=4)
    yield attention_beam("attention")
    yield attention_beam("attention, history", history=True, seed=2)
    yield attention_beam(
        "attention, history as it is", history=True, seed=2, reorder_tensor_arrays=False
    )
    yield attention_beam(
        "attention, coverage penalty",
        coverage_penalty_weight=0.4,
        length_penalty_weight=0.5,
        seed=3,
    )


def main():
    folder = programs.out_folder(__doc__)
    graph_mode.disable_v2()
    document = {
        "generator": "scripts/python/contrib_attention.py",
        "tensorflow": tf.__version__,
        "cases": [
            case
            for group in (mechanism_cases, wrapper_cases, function_cases, beam_cases)
            for case in group()
        ],
    }
    golden_format.write_case_per_line(folder, "contrib_attention", document, tf.__version__)


if __name__ == "__main__":
    main()
