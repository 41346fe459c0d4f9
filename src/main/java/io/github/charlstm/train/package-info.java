/**
 * Training: the loop over epochs and batches, its listeners, and the checkpoints from which a run
 * resumes.
 *
 * <p>A {@link io.github.charlstm.train.Trainer} trains a task: a language model on a text or the
 * classifier on images. A run has one folder: {@code i<step>_l<size>/} is a checkpoint, {@code
 * checkpoint} names the newest as in TF1, {@code metrics.jsonl} has a line for each step. A
 * checkpoint is a SavedModel with two graphs (tags {@code train} and {@code serve}) over the same
 * variables, and in {@code assets.extra/} what TensorFlow has no place for: settings, progress,
 * vocabulary, the LSTM's state, and the checksums of all files.
 *
 * <p>A run that stops at any step and is resumed gives the same numbers as one that never stopped:
 * the order of batches is fixed, dropout's masks depend on the step alone, and every tensor is kept
 * to the last bit.
 *
 * <p>Nothing here prints; listeners of {@code cli} do.
 */
package io.github.charlstm.train;
