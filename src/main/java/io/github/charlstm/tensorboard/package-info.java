/**
 * TensorBoard: event files and the listeners that write a run to them.
 *
 * <p>{@link io.github.charlstm.tensorboard.EventFileWriter} (Python: {@code tf.summary.FileWriter})
 * runs TensorFlow's own summary operations in a small graph and session of its own. It is fed with
 * numbers and tensors and never joins the training graph, so that graph and every bit that it
 * computes are the same with and without TensorBoard.
 *
 * <p>Event files are written, never read.
 */
package io.github.charlstm.tensorboard;
