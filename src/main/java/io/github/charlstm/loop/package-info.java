/**
 * A while loop over the first dimension of a tensor, with a gradient for any body.
 *
 * <p>{@link io.github.charlstm.loop.Scan} is what {@code dynamic_rnn} is made of. A {@link
 * io.github.charlstm.loop.Body} computes one step; cells are not known here. TensorFlow's own C++
 * library has no gradient for a {@code While} operation; this package registers one.
 *
 * <p><b>Forward.</b> The body is built once, in a graph of its own: the graph of one step. A tensor
 * of the outer graph that it uses is captured: it becomes a placeholder in the body, and the loop
 * passes the value in, the same at each step. From that graph comes the function that the {@code
 * While} operation calls. Its variables are: time, number of steps, inputs, states, a list of
 * outputs, then the tensors that are kept for the gradient, then the captured tensors.
 *
 * <p><b>Backward.</b> {@code tf.gradients} builds the gradient of one step in the body's graph. A
 * second function, the body of a second loop that runs from the last step to the first, computes it
 * for each step: it carries the gradients of the states, fills a list with those of the inputs, and
 * sums those of the captured tensors, the weights among them.
 *
 * <p><b>What is kept.</b> The backward step reads tensors that the forward step computed. Those
 * that differ from step to step, activations and random masks among them, are saved in one list
 * each: memory grows linearly with the number of steps. Shapes are the same at each step and are
 * kept once; so a state must keep its shape, which is checked. Inputs and captured tensors are read
 * again, and what depends only on them is computed again. A loop that is built without a gradient
 * keeps nothing but its outputs.
 *
 * <p><b>In the graph.</b> The functions are in the graph's library. The {@code While} operation
 * carries attributes: {@code _scan_functions}, the prefix of the functions' names ({@code _body},
 * {@code _condition}, {@code _gradient_body} and {@code _gradient_condition} are added to it);
 * {@code _scan_layout}, numbers of states, of shared and of saved tensors, then the indices of the
 * captured tensors that have a gradient; {@code _scan_output_shape}, the sizes of a step's output
 * but for the batch; {@code _scan_without_gradient}, the reason if there is no gradient. So the
 * gradient can be taken of a graph that was exported and imported again, as long as the importing
 * program has called {@link io.github.charlstm.loop.Scan#registerGradient}. A program without this
 * library can run the loop, and its gradient if that was exported with it.
 *
 * <p>TensorFlow lowers the While ({@code _lower_using_switch_merge}): it runs as TF1's loop, a part
 * of the graph, and gives the bits of the unrolled loop.
 *
 * <p><b>LSTM.</b> {@link io.github.charlstm.loop.LstmScan} is a faster loop for one plain LSTM
 * layer, with or without layer normalization, with a hand-written gradient: its functions, shared
 * by all layers of a graph, write the kept tensors into buffers in place ({@code lstm_scan_body}
 * and others; with dropout of outputs {@code lstm_scan_with_dropout_body}, of h {@code
 * lstm_scan_with_hidden_dropout_body}; with layer normalization {@code layer_norm_} is before these
 * names), and the gradients of weights and inputs are computed after the backward loop, for all
 * steps at once. Its gradient is attached to two {@code IdentityN} operations with the attributes
 * {@code _lstm_scan_layout} and {@code _lstm_scan_outer}. {@link
 * io.github.charlstm.loop.DropoutMasks} draws its dropout masks before the loop.
 *
 * <p><b>Loops that end by themselves.</b> {@link io.github.charlstm.loop.DynamicLoop} is made the
 * same way: it goes on until its step says that it is done, carries and stacks tensors of any
 * types, and pushes what it keeps to lists that grow. Its attributes are {@code _scan_functions},
 * {@code _scan_without_gradient} and {@code _loop_layout}.
 *
 * <p><b>Decoding.</b> {@link io.github.charlstm.loop.DecodeLoop} carries a symbol beside the states
 * and can end early. It has no gradient.
 *
 * <p><b>Limits.</b> No loop in the body of another one. No second derivatives, as in TF1. Inputs,
 * outputs and states are floats.
 *
 * <p><b>Pitfalls of TensorFlow-Java here.</b>
 *
 * <ul>
 *   <li>TensorFlow calls a gradient while it holds the lock of the graph. Asking a tensor for its
 *       shape, or adding a function, then deadlocks. Shapes go through attributes, and the backward
 *       function is made together with the forward one.
 *   <li>TensorFlow-Java holds at most ten registered gradients in a process and crashes at the
 *       eleventh. This package registers three: {@code While}, {@code TensorListStack} and {@code
 *       IdentityN} (for other {@code IdentityN} operations it passes gradients on, as in Python).
 *   <li>Its builder of gradients visits more than four inputs of an operation in the order of their
 *       addresses, and all operations on the way to a loss, those before a {@code stop_gradient}
 *       too. So operations between a variable and the loss have at most four inputs, or the graph
 *       differs from process to process.
 *   <li>Every input needs a gradient: for an integer it is a dummy constant.
 *   <li>{@code ConcreteFunction} cannot return a list (DT_VARIANT); its definition is rewritten.
 * </ul>
 */
package io.github.charlstm.loop;
