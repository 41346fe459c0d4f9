/**
 * The loops of {@code tf.nn}: they run a cell of {@code cell} over time.
 *
 * <ul>
 *   <li>{@link io.github.charlstm.rnn.StaticRnn} unrolls the loop: one copy of the cell a step, all
 *       with the same variables. Its graph grows with the number of steps.
 *   <li>{@link io.github.charlstm.rnn.DynamicRnn} is a while loop: steps and batch may be known
 *       only at run time, and the graph has the same size for any number of steps.
 *   <li>{@link io.github.charlstm.rnn.FusedLstm} does what {@code DynamicRnn} does, faster, for
 *       stacks of plain LSTM layers, and leaves other cells to it.
 *   <li>{@link io.github.charlstm.rnn.StaticBidirectionalRnn} and {@link
 *       io.github.charlstm.rnn.BidirectionalDynamicRnn} run two cells, one from each end.
 *   <li>{@link io.github.charlstm.rnn.RnnDecoder} feeds a cell its own outputs.
 *   <li>{@link io.github.charlstm.rnn.SamplingDecoder} writes symbols, each chosen in the graph and
 *       read by the next step.
 * </ul>
 *
 * <p>{@code tf.gradients} works through all of them but {@code SamplingDecoder}, once. There are no
 * second derivatives: TF1 has none of a dynamic loop, and TensorFlow-Java lacks those of operations
 * that the cells use, so that unrolling does not help. The loops give the same numbers as Python's
 * and as each other. They differ from Python in one thing: a {@code sequence_length} below 0 or
 * beyond the steps is refused when the graph runs, where Python cuts it without a word.
 *
 * <p>Arguments that do not fit are refused when the loop is built, before it makes variables where
 * that can be seen, with an {@code IllegalArgumentException}.
 */
package io.github.charlstm.rnn;
