/**
 * The pieces of TensorFlow 1 that TensorFlow-Java lacks: variable scopes with reuse, initializers,
 * seeds, {@code compute_gradients}, {@code clip_by_global_norm}, the optimizers, and gradients that
 * its C++ library has not.
 *
 * <p>This is the only package that creates variables. A variable's name is what a checkpoint
 * written by Python and one written here have in common, so the names follow TF1 to the letter:
 * {@code <scope>/<name>}, its {@code Assign} and {@code read} operations beside it, and the
 * optimizer's slots behind it ({@code <variable>/Adam}, {@code <variable>/Adam_1}).
 *
 * <p>Variables are TF1's reference variables ({@code VariableV2}): the checkpoint operations of
 * TensorFlow-Java and the loaders of both TF1 and TF2 know them.
 *
 * <p>Initial values equal Python's bit for bit, because the operations are the same and their seeds
 * are resolved as TF1 resolves them. A variable adds as many operations as in Python, for TF 1.x
 * derives missing seeds from their number ({@link io.github.charlstm.graph.RandomSeeds}).
 *
 * <p>The optimizers call TensorFlow's own update operations. Those of {@code tensorflow-framework}
 * would not do: it names slots {@code <variable>-<slot>}, for instance {@code x-momentum} where TF1
 * has {@code x/Momentum}, so no checkpoint of one would fit the other, and its rates and slots do
 * not go through the variables of this package.
 *
 * <p>Limits: float variables only (and {@code global_step}); no partitioned variables, no custom
 * getters, no sparse gradients.
 *
 * <p>Nothing here knows of cells, time or text.
 */
package io.github.charlstm.graph;
