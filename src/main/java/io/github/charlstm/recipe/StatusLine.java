package io.github.charlstm.recipe;

/** How a book's program says where its training is. */
public enum StatusLine {
  /** {@code Epoch number: 1/5... Step: 1... loss: 4.4188... 0.342 sec/batch}. */
  DEEP_LEARNING_BY_EXAMPLE,
  /** {@code Iteration: 10, Epoch: 1, Batch: 10 out of 949, Loss: 9.96}. */
  COOKBOOK
}
