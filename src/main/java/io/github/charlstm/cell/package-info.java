/**
 * The cells of {@code tf.nn.rnn_cell}: each computes one step of time.
 *
 * <p>A cell is built once in a {@link io.github.charlstm.graph.VariableScope}, which makes its
 * variables under TF1's names, and is then called once a step. Calling it again shares the
 * variables. Its state is an {@link io.github.charlstm.cell.RNNState}, a small tree of tensors that
 * can be flattened and packed again.
 *
 * <p>Time, batches of text and losses are unknown here; the loops are in {@code rnn}.
 *
 * <p>What there is: {@code BasicLSTMCell}, {@code MultiRNNCell} with tuple states and {@code
 * DropoutWrapper} for inputs and outputs. The other classes of {@code rnn_cell} are yet to come.
 */
package io.github.charlstm.cell;
