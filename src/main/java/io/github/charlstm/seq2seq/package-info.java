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
 * <p>Variables have TF1's names, seeds give Python's samples, and {@code tf.gradients}
 * differentiates the loop. Second derivatives are not supported.
 *
 * <p>The random numbers of {@code SampleEmbeddingHelper} start anew in a run that fetches other
 * tensors than the runs before; in Python they go on.
 */
package io.github.charlstm.seq2seq;
