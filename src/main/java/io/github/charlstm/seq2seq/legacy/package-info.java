/**
 * TF1's first library of sequence-to-sequence models, which unrolls its loops: {@code
 * tf.contrib.legacy_seq2seq}.
 *
 * <p>Each class is one function of that module, with its arguments' names and defaults and its
 * variables' names. Where Python copies a cell for the encoder, a supplier of cells is called
 * twice. Where {@code feed_previous} is a tensor, both decoders are computed and one is chosen;
 * Python computes only that one.
 */
package io.github.charlstm.seq2seq.legacy;
