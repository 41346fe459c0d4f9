/**
 * A while loop over the first dimension of a tensor, with a gradient for any body.
 *
 * <p>{@link io.github.charlstm.loop.Scan} is what {@code dynamic_rnn} is made of. It knows no
 * cells: a {@link io.github.charlstm.loop.Body} says what a step does. TensorFlow's own C++ library
 * has no gradient for a {@code While} operation; this package registers one.
 *
 * <p><b>Forward.</b> The body is built once, in a graph of its own that stands for one step. A
 * tensor from outside that it uses is captured: a placeholder takes its place, and the loop passes
 * its value in, the same at each step. From that graph comes the function that the {@code While}
 * operation calls. Its variables are: time, number of steps, inputs, states, a list of outputs,
 * then what is kept for the gradient, then the captured tensors.
 *
 * <p><b>Backward.</b> {@code tf.gradients} is asked, in the body's graph, for the gradient of one
 * step. A second function, the body of a second loop that runs from the last step to the first,
 * calls for each step what was built there: it carries the gradients of the states, fills a list
 * with those of the inputs, and sums those of the captured tensors (so of the weights).
 *
 * <p><b>What is kept.</b> The backward step reads tensors that the forward step computed. Those
 * that differ from step to step, activations and random masks among them, are saved in one list
 * each: memory grows linearly with the number of steps. Shapes are the same at each step and are
 * kept once; therefore a state must keep its shape, which is checked. Inputs, captured tensors and
 * what follows from them alone are simply read again. A loop that is built without a gradient keeps
 * nothing but its outputs.
 *
 * <p><b>In the graph.</b> The functions lie in the graph's library. The {@code While} operation
 * carries attributes: {@code _scan_functions}, the stem of the functions' names ({@code _body},
 * {@code _condition}, {@code _gradient_body} and {@code _gradient_condition} are added to it);
 * {@code _scan_layout}, numbers of states, of shared and of saved tensors, then the places of the
 * captured tensors that have a gradient; {@code _scan_output_shape}, the sizes of a step's output
 * but for the batch; {@code _scan_without_gradient}, the reason if there is no gradient. So the
 * gradient can be taken of a graph that was exported and imported again, as long as the importing
 * program has called {@link io.github.charlstm.loop.Scan#registerGradient}. A program without this
 * library can run the loop, and its gradient if that was exported with it.
 *
 * <p><b>LSTM.</b> {@link io.github.charlstm.loop.LstmScan} is the same for one plain LSTM layer
 * with a gradient by hand, for speed: its functions, shared by all layers of a graph, write what is
 * kept into buffers in place ({@code lstm_scan_body} and others; with dropout {@code
 * lstm_scan_with_dropout_body}), and products for the gradients of weights and inputs follow the
 * backward loop, for all steps at once. Its gradient hangs on two {@code IdentityN} operations with
 * the attributes {@code _lstm_scan_layout} and {@code _lstm_scan_outer}. {@link
 * io.github.charlstm.loop.DropoutMasks} draws its dropout's masks beforehand.
 *
 * <p><b>Writing.</b> {@link io.github.charlstm.loop.DecodeLoop} carries a symbol beside the states
 * and ends early where there is none to go on with. It has no gradient.
 *
 * <p><b>Limits.</b> No loop in the body of another one. No second derivatives, as in TF1. Inputs,
 * outputs and states are floats.
 *
 * <p><b>Traps for who works on this package.</b>
 *
 * <ul>
 *   <li>TensorFlow calls a gradient while it holds the lock of the graph. Asking a tensor for its
 *       shape, or adding a function, waits for that lock for ever. Shapes go through attributes,
 *       and the backward function is made together with the forward one.
 *   <li>TensorFlow-Java has room for ten registered gradients in a process and crashes at the
 *       eleventh. This package takes three: {@code While}, {@code TensorListStack} and {@code
 *       IdentityN} (of one that is not this package's it passes gradients on, as in Python).
 *   <li>Its builder of gradients visits more than four inputs of an operation in the order of their
 *       addresses, and all operations on the way to a loss, those behind a {@code stop_gradient}
 *       too: give what leads to a variable narrow ways, or the graph differs from process to
 *       process.
 *   <li>A gradient may not be missing: a dummy constant stands for that of an integer.
 *   <li>{@code ConcreteFunction} refuses to return a list (DT_VARIANT); the definition is
 *       rewritten.
 * </ul>
 */
package io.github.charlstm.loop;
