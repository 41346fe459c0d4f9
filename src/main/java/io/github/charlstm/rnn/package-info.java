/**
 * The loops of {@code tf.nn}: they run a cell of {@code cell} over time.
 *
 * <ul>
 *   <li>{@link io.github.charlstm.rnn.StaticRnn} unrolls the loop: its graph grows with the number
 *       of steps.
 *   <li>{@link io.github.charlstm.rnn.DynamicRnn} is a while loop: the number of steps and the
 *       batch may be known only at run time.
 *   <li>{@link io.github.charlstm.rnn.FusedLstm} is faster for stacks of LSTM layers, plain or with
 *       layer normalization; other cells it runs by {@code DynamicRnn}.
 *   <li>{@link io.github.charlstm.rnn.StaticBidirectionalRnn} and {@link
 *       io.github.charlstm.rnn.BidirectionalDynamicRnn} run two cells, one from each end; {@link
 *       io.github.charlstm.rnn.StackBidirectionalDynamicRnn} does so layer by layer.
 *   <li>{@link io.github.charlstm.rnn.RnnDecoder} feeds a cell its previous outputs.
 *   <li>{@link io.github.charlstm.rnn.SamplingDecoder} samples symbols in the graph, each read by
 *       the next step.
 * </ul>
 *
 * <p>{@code tf.gradients} differentiates all but {@code SamplingDecoder}. Second derivatives are
 * not supported: TF1 has none of a dynamic loop, and TensorFlow-Java lacks those of operations that
 * the cells use. The loops give the same numbers as Python's and as each other. One difference from
 * Python: a {@code sequence_length} below 0 or beyond the steps is an error at run time; Python
 * clips it.
 *
 * <p>Arguments that do not fit are refused by {@code build} with an {@code
 * IllegalArgumentException}, if possible before variables are made.
 */
package io.github.charlstm.rnn;
