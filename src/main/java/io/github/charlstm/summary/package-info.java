/**
 * TensorBoard's event files, written by TensorFlow's own summary operations in a small graph and
 * session of its own (Python: {@code tf.summary.FileWriter}).
 *
 * <p>A writer is fed with numbers and tensors and never joins the graph that they come from: a
 * training graph is the same with and without it, and so is every bit that it computes.
 *
 * <p>Knows no other package here. Nothing reads event files; TensorBoard does, and the tests do.
 */
package io.github.charlstm.summary;
