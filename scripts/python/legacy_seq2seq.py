"""Goldens of tf.contrib.legacy_seq2seq: `legacy_seq2seq.py --out DIR`. TensorFlow 1.15."""

import numpy as np
import tensorflow as tf

import golden_format
import graph_mode
import programs
from graph_case import GraphCase

legacy = tf.contrib.legacy_seq2seq
nest = tf.contrib.framework.nest
rnn_cell = tf.nn.rnn_cell
v1 = tf.compat.v1

BATCH, ENCODER, DECODER, DEPTH, UNITS = 2, 3, 4, 3, 4
SYMBOLS, DECODER_SYMBOLS, EMBEDDING = 6, 5, 3


def lstm():
    return rnn_cell.BasicLSTMCell(UNITS)


def gru():
    return rnn_cell.GRUCell(UNITS)


def stack():
    return rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(UNITS), rnn_cell.GRUCell(UNITS)])


CELLS = {"LSTM": lstm, "GRU": gru, "stack": stack}


def floats(case, name, steps, depth=DEPTH):
    return tf.unstack(case.floats(name, steps, BATCH, depth))


def symbols(case, name, steps, count=SYMBOLS):
    return tf.unstack(case.integers(name, count, steps, BATCH))


def given_state(case, cell):
    flat = [
        case.floats(f"state_{k}", BATCH, n) for k, n in enumerate(nest.flatten(cell.state_size))
    ]
    return nest.pack_sequence_as(cell.state_size, flat)


def projection(case, count):
    return case.floats("weights", UNITS, count), case.floats("biases", count)


def document(case, outputs, state):
    results = {f"output_{k}": output for k, output in enumerate(outputs)}
    results.update({f"final_{k}": leaf for k, leaf in enumerate(nest.flatten(state))})
    return case.document(results, list(results))


def basic_cases():
    for name, cell in CELLS.items():
        with GraphCase(f"basic: {name}") as case:
            yield document(
                case,
                *legacy.basic_rnn_seq2seq(
                    floats(case, "encoder", ENCODER), floats(case, "decoder", DECODER), cell()
                ),
            )
        with GraphCase(f"tied: {name}") as case:
            yield document(
                case,
                *legacy.tied_rnn_seq2seq(
                    floats(case, "encoder", ENCODER), floats(case, "decoder", DECODER), cell()
                ),
            )
    with GraphCase("basic: scope") as case:
        yield document(
            case,
            *legacy.basic_rnn_seq2seq(
                floats(case, "encoder", ENCODER),
                floats(case, "decoder", DECODER),
                gru(),
                scope="mine",
            ),
        )
    with GraphCase("tied: loop function and scope") as case:
        yield document(
            case,
            *legacy.tied_rnn_seq2seq(
                floats(case, "encoder", ENCODER),
                floats(case, "decoder", DECODER),
                lstm(),
                loop_function=lambda prev, i: tf.tanh(prev[:, :DEPTH]),
                scope="mine",
            ),
        )


def decoder_cases():
    for feed in (False, True):
        for projected in (False, True):
            with GraphCase(f"embedding_rnn_decoder: {feed}, {projected}", kernel_scale=1.2) as case:
                cell = (
                    lstm() if projected else tf.contrib.rnn.OutputProjectionWrapper(lstm(), SYMBOLS)
                )
                yield document(
                    case,
                    *legacy.embedding_rnn_decoder(
                        symbols(case, "decoder", DECODER),
                        given_state(case, cell),
                        cell,
                        SYMBOLS,
                        EMBEDDING,
                        output_projection=projection(case, SYMBOLS) if projected else None,
                        feed_previous=feed,
                    ),
                )
    with GraphCase("embedding_rnn_decoder: no update, scope", kernel_scale=1.2) as case:
        cell = tf.contrib.rnn.OutputProjectionWrapper(gru(), SYMBOLS)
        yield document(
            case,
            *legacy.embedding_rnn_decoder(
                symbols(case, "decoder", DECODER),
                given_state(case, cell),
                cell,
                SYMBOLS,
                EMBEDDING,
                feed_previous=True,
                update_embedding_for_previous=False,
                scope="mine",
            ),
        )


def feeds(case):
    yield "reads the inputs", False
    yield "feeds previous", True


FEEDS = {
    "inputs": lambda: False,
    "previous": lambda: True,
    "tensor true": lambda: tf.constant(True),
    "tensor false": lambda: tf.constant(False),
}


def embedding_cases():
    for name, feed in FEEDS.items():
        for projected in (False, True):
            with GraphCase(f"embedding_rnn: {name}, {projected}", kernel_scale=1.2) as case:
                yield document(
                    case,
                    *legacy.embedding_rnn_seq2seq(
                        symbols(case, "encoder", ENCODER),
                        symbols(case, "decoder", DECODER, DECODER_SYMBOLS),
                        lstm(),
                        SYMBOLS,
                        DECODER_SYMBOLS,
                        EMBEDDING,
                        output_projection=projection(case, DECODER_SYMBOLS) if projected else None,
                        feed_previous=feed(),
                    ),
                )
            with GraphCase(f"embedding_tied: {name}, {projected}", kernel_scale=1.2) as case:
                yield document(
                    case,
                    *legacy.embedding_tied_rnn_seq2seq(
                        symbols(case, "encoder", ENCODER),
                        symbols(case, "decoder", DECODER),
                        gru(),
                        SYMBOLS,
                        EMBEDDING,
                        output_projection=projection(case, SYMBOLS) if projected else None,
                        feed_previous=feed(),
                    ),
                )
            with GraphCase(f"embedding_attention: {name}, {projected}", kernel_scale=1.2) as case:
                yield document(
                    case,
                    *legacy.embedding_attention_seq2seq(
                        symbols(case, "encoder", ENCODER),
                        symbols(case, "decoder", DECODER, DECODER_SYMBOLS),
                        lstm(),
                        SYMBOLS,
                        DECODER_SYMBOLS,
                        EMBEDDING,
                        output_projection=projection(case, DECODER_SYMBOLS) if projected else None,
                        feed_previous=feed(),
                    ),
                )
        with GraphCase(f"one2many: {name}", kernel_scale=1.2) as case:
            outputs, states = legacy.one2many_rnn_seq2seq(
                symbols(case, "encoder", ENCODER),
                {
                    "a": symbols(case, "decoder_a", DECODER, 5),
                    "b": symbols(case, "decoder_b", 2, 4),
                },
                lstm(),
                {"a": lstm(), "b": lstm()},
                SYMBOLS,
                {"a": 5, "b": 4},
                EMBEDDING,
                feed_previous=feed(),
            )
            yield document(case, outputs["a"] + outputs["b"], (states["a"], states["b"]))
    with GraphCase("embedding_rnn: stack and scope", kernel_scale=1.2) as case:
        yield document(
            case,
            *legacy.embedding_rnn_seq2seq(
                symbols(case, "encoder", ENCODER),
                symbols(case, "decoder", DECODER, DECODER_SYMBOLS),
                stack(),
                SYMBOLS,
                DECODER_SYMBOLS,
                EMBEDDING,
                scope="mine",
            ),
        )
    with GraphCase("embedding_tied: other symbols", kernel_scale=1.2) as case:
        yield document(
            case,
            *legacy.embedding_tied_rnn_seq2seq(
                symbols(case, "encoder", ENCODER),
                symbols(case, "decoder", DECODER),
                lstm(),
                SYMBOLS,
                EMBEDDING,
                num_decoder_symbols=4,
                scope="mine",
            ),
        )
    with GraphCase(
        "embedding_attention: heads, stack, initial attention", kernel_scale=1.2
    ) as case:
        yield document(
            case,
            *legacy.embedding_attention_seq2seq(
                symbols(case, "encoder", ENCODER),
                symbols(case, "decoder", DECODER, DECODER_SYMBOLS),
                stack(),
                SYMBOLS,
                DECODER_SYMBOLS,
                EMBEDDING,
                num_heads=2,
                feed_previous=True,
                initial_state_attention=True,
            ),
        )


def attention_cases():
    for name, options in {
        "defaults": {},
        "output size": {"output_size": 7},
        "heads": {"num_heads": 2},
        "initial state attention": {"initial_state_attention": True},
        "loop function": {"loop_function": lambda prev, i: tf.tanh(prev[:, :DEPTH])},
        "scope": {"scope": "mine"},
    }.items():
        with GraphCase(f"attention_decoder: {name}") as case:
            cell = gru() if name == "heads" else lstm()
            yield document(
                case,
                *legacy.attention_decoder(
                    floats(case, "decoder", DECODER),
                    given_state(case, cell),
                    case.floats("attention_states", BATCH, ENCODER, 5),
                    cell,
                    **options,
                ),
            )
    for feed in (False, True):
        with GraphCase(f"embedding_attention_decoder: {feed}", kernel_scale=1.2) as case:
            cell = lstm()
            yield document(
                case,
                *legacy.embedding_attention_decoder(
                    symbols(case, "decoder", DECODER),
                    given_state(case, cell),
                    case.floats("attention_states", BATCH, ENCODER, 5),
                    cell,
                    SYMBOLS,
                    EMBEDDING,
                    output_size=SYMBOLS,
                    feed_previous=feed,
                ),
            )
    with GraphCase("embedding_attention_decoder: projection", kernel_scale=1.2) as case:
        cell = lstm()
        yield document(
            case,
            *legacy.embedding_attention_decoder(
                symbols(case, "decoder", DECODER),
                given_state(case, cell),
                case.floats("attention_states", BATCH, ENCODER, 5),
                cell,
                SYMBOLS,
                EMBEDDING,
                output_projection=projection(case, SYMBOLS),
                feed_previous=True,
                update_embedding_for_previous=False,
                initial_state_attention=True,
            ),
        )


def bucket_cases():
    for per_example in (False, True):
        with GraphCase(f"buckets: {per_example}") as case:
            encoder = symbols(case, "encoder", 4)
            decoder = symbols(case, "decoder", 4, DECODER_SYMBOLS)
            targets = symbols(case, "targets", 4, DECODER_SYMBOLS)
            weights = tf.unstack(
                case.constant(
                    "loss_weights", np.array([[1, 1], [1, 0.5], [1, 0], [1, 0]], np.float32)
                )
            )
            outputs, losses = legacy.model_with_buckets(
                encoder,
                decoder,
                targets,
                weights,
                [(2, 2), (4, 3)],
                lambda x, y: legacy.embedding_rnn_seq2seq(
                    x, y, lstm(), SYMBOLS, DECODER_SYMBOLS, EMBEDDING
                ),
                per_example_loss=per_example,
            )
            results = {
                f"output_{b}_{k}": output
                for b, all_ in enumerate(outputs)
                for k, output in enumerate(all_)
            }
            results.update({f"loss_{b}": loss for b, loss in enumerate(losses)})
            yield case.document(results, ["loss_0", "loss_1"])


def main():
    folder = programs.out_folder(__doc__)
    graph_mode.disable_v2()
    groups = (basic_cases, decoder_cases, embedding_cases, attention_cases, bucket_cases)
    found = {
        "generator": "scripts/python/legacy_seq2seq.py",
        "tensorflow": tf.__version__,
        "cases": [case for group in groups for case in group()],
    }
    golden_format.write_case_per_line(folder, "legacy_seq2seq", found, tf.__version__)


if __name__ == "__main__":
    main()
