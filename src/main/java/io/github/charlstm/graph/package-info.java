/**
 * The pieces of TensorFlow 1 that TensorFlow-Java lacks: variable scopes, initializers, seeds,
 * {@code clip_by_global_norm} and {@code AdamOptimizer}.
 *
 * <p>This is the only package that creates variables. A variable's name is what a checkpoint
 * written by Python and one written here have in common, so the names follow TF1 to the letter:
 * {@code <scope>/<name>}, its {@code Assign} and {@code read} operations beside it, and the
 * optimizer's slots behind it ({@code <variable>/Adam}, {@code <variable>/Adam_1}).
 *
 * <p>Variables are TF1's reference variables ({@code VariableV2}): the checkpoint operations of
 * TensorFlow-Java and the loaders of both TF1 and TF2 know them.
 *
 * <p>Nothing here knows of cells, time or text.
 */
package io.github.charlstm.graph;
