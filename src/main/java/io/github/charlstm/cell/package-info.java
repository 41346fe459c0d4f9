/**
 * The cells of {@code tf.nn.rnn_cell}: each computes one step of time.
 *
 * <p>A cell is built once in a {@link io.github.charlstm.graph.VariableScope}, which makes its
 * variables under TF1's names, and is then called once a step. Calling it again shares the
 * variables. Its state is an {@link io.github.charlstm.cell.RNNState}, a small tree of tensors that
 * can be flattened and packed again; a {@link io.github.charlstm.cell.StateSize} is the same tree
 * of widths.
 *
 * <p>The classes of TF1: {@code RNNCell}, to be extended by other cells; {@code BasicRNNCell},
 * {@code BasicLSTMCell}, {@code LSTMCell} with its {@code LSTMStateTuple}, and {@code GRUCell};
 * {@code MultiRNNCell} to stack cells; {@code DropoutWrapper}, {@code ResidualWrapper} and {@code
 * DeviceWrapper} around a cell. {@code new X(units)} is a cell with TF1's defaults, {@code
 * X.builder(units)} takes TF1's options. Of {@code tf.contrib.rnn}: {@code UGRNNCell}, {@code
 * NASCell}, {@code LayerNormBasicLSTMCell}, {@code SRUCell}, and around a cell {@code
 * InputProjectionWrapper}, {@code OutputProjectionWrapper}, {@code EmbeddingWrapper} and {@code
 * AttentionCellWrapper}.
 *
 * <p>{@code call} makes its operations with the builder that it is given, so a loop can build a
 * step in a graph of its own. Variables and the noise of variational dropout, which lie outside of
 * a loop, are made in {@code build}.
 *
 * <p>{@link io.github.charlstm.cell.LstmSpec} gives the variables and the dropout of plain LSTM
 * layers to loops that compute steps themselves.
 *
 * <p>Known limits: tensors are float32 matrices, so a state's size is a number, not a shape; {@code
 * num_unit_shards} and {@code num_proj_shards}, which TF1 deprecates, are left out.
 *
 * <p>The loops over time are in {@code rnn}.
 */
package io.github.charlstm.cell;
