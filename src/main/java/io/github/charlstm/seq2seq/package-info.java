/**
 * Encoders and decoders of sequences: {@code tf.contrib.seq2seq}, and in {@code legacy} {@code
 * tf.contrib.legacy_seq2seq}.
 *
 * <p>{@link io.github.charlstm.seq2seq.DynamicDecode} runs a {@link
 * io.github.charlstm.seq2seq.Decoder} in a while loop that ends when all sequences are finished. A
 * {@link io.github.charlstm.seq2seq.BasicDecoder} is a cell whose next inputs a {@link
 * io.github.charlstm.seq2seq.Helper} chooses: {@code TrainingHelper} reads them, {@code
 * GreedyEmbeddingHelper} and {@code SampleEmbeddingHelper} look up the symbol that was chosen, the
 * scheduled ones do both. {@link io.github.charlstm.seq2seq.SequenceLoss} is the loss.
 *
 * <p>An {@link io.github.charlstm.seq2seq.AttentionWrapper} is a cell that attends to a memory by
 * an {@link io.github.charlstm.seq2seq.AttentionMechanism}. A {@link
 * io.github.charlstm.seq2seq.BeamSearchDecoder} follows several continuations.
 *
 * <p>Variables have TF1's names, seeds give Python's samples, and {@code tf.gradients}
 * differentiates the loop. Second derivatives are not supported.
 *
 * <p>Known limits: of an alignment history, {@code DynamicRnn} keeps none. {@code
 * custom_key_value_fn} and {@code attention_fn} are left out.
 */
package io.github.charlstm.seq2seq;
