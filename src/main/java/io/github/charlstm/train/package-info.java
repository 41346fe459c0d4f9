/**
 * Training: the loop over epochs and windows, what listens to it, and the checkpoints that let a
 * run go on where it stopped.
 *
 * <p>A run lives in one folder: {@code i<step>_l<size>/} is a checkpoint, {@code checkpoint} names
 * the newest as TF1 does, {@code metrics.jsonl} has a line a step. A checkpoint is a SavedModel
 * with two graphs (tags {@code train} and {@code serve}) over the same variables; what TensorFlow
 * has no place for lies in its {@code assets.extra/}: the vocabulary, the settings, the position in
 * the text and the LSTM's state.
 *
 * <p>{@link RunEvents} writes what TensorBoard shows, if wanted.
 *
 * <p>A run that stops at any step and is resumed gives the same numbers as one that never stopped:
 * the order of windows is fixed, dropout's masks depend on the step alone, and every tensor is kept
 * to the last bit.
 *
 * <p>Nothing here prints; listeners of {@code cli} do.
 */
package io.github.charlstm.train;

import io.github.charlstm.tensorboard.RunEvents;
