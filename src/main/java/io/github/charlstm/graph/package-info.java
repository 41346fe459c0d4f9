/**
 * The pieces of TensorFlow 1 that TensorFlow-Java lacks: variable scopes with reuse, initializers,
 * seeds, {@code compute_gradients}, {@code clip_by_global_norm}, the optimizers, and gradients that
 * its C++ library lacks.
 *
 * <p>This is the only package that creates variables. Checkpoints of Python and of this library are
 * matched by the variables' names, so these are exactly TF1's: {@code <scope>/<name>}, with the
 * operations {@code <name>/Assign} and {@code <name>/read}, and the optimizer's slots ({@code
 * <variable>/Adam}, {@code <variable>/Adam_1}).
 *
 * <p>Variables are TF1's reference variables ({@code VariableV2}), which the checkpoint operations
 * of TensorFlow-Java and both TF1 and TF2 can load, or resource variables ({@link
 * io.github.charlstm.graph.VariableScope#withUseResource}). Checkpoints do not differ.
 *
 * <p>Initial values equal Python's bit for bit: operations and seeds are TF1's. A variable adds as
 * many operations as in Python, because TF 1.x derives missing seeds from their number ({@link
 * io.github.charlstm.graph.RandomSeeds}).
 *
 * <p>The optimizers call TensorFlow's own update operations. Those of {@code tensorflow-framework}
 * name slots differently ({@code x-momentum}, in TF1 {@code x/Momentum}), so TF1's checkpoints
 * would not fit.
 *
 * <p>Limits: float variables only (and {@code global_step}); no partitioned variables, no caching
 * devices, no constraints.
 *
 * <p>{@link io.github.charlstm.graph.GraphIndex} reads {@code GraphDef}s.
 */
package io.github.charlstm.graph;
