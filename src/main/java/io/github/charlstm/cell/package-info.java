/**
 * The cells of {@code tf.nn.rnn_cell}: each computes one step of time.
 *
 * <p>A cell is built once in a {@link io.github.charlstm.graph.VariableScope}, which makes its
 * variables under TF1's names, and is then called once a step. Calling it again shares the
 * variables. Its state is an {@link io.github.charlstm.cell.RNNState}, a small tree of tensors that
 * can be flattened and packed again; a {@link io.github.charlstm.cell.StateSize} is the same tree
 * of widths.
 *
 * <p>All ten classes are here: {@code RNNCell} to write cells of one's own; {@code BasicRNNCell},
 * {@code BasicLSTMCell}, {@code LSTMCell} with its {@code LSTMStateTuple}, and {@code GRUCell};
 * {@code MultiRNNCell} to stack cells; {@code DropoutWrapper}, {@code ResidualWrapper} and {@code
 * DeviceWrapper} around a cell. {@code new X(units)} is a cell with TF1's defaults, {@code
 * X.builder(units)} takes TF1's options.
 *
 * <p>A step is made of the builder that {@code call} is given, and of nothing else, so that a loop
 * can build it in a graph of its own. What must be made outside of a loop, variables and the noise
 * of variational dropout, is made in {@code build}.
 *
 * <p>A loop that computes steps itself asks {@link io.github.charlstm.cell.LstmSpec} for the parts
 * of plain LSTM layers.
 *
 * <p>Known limits: tensors are float32 matrices, so a state's size is a number, not a shape; {@code
 * num_unit_shards} and {@code num_proj_shards}, which TF1 deprecates, are left out.
 *
 * <p>Time, batches of text and losses are unknown here; the loops are in {@code rnn}.
 */
package io.github.charlstm.cell;
