/**
 * The loops of {@code tf.nn}: they run a cell of {@code cell} over time.
 *
 * <p>{@link io.github.charlstm.rnn.StaticRnn} unrolls the loop: one copy of the cell a step, all
 * with the same variables. {@code tf.gradients} works through it like through any graph; its size
 * grows with the number of steps.
 *
 * <p>A loop at run time ({@code dynamic_rnn}), both directions and a fused layer are yet to come.
 */
package io.github.charlstm.rnn;
