/**
 * Generating text from a model's predictions.
 *
 * <p>A {@link io.github.charlstm.sample.NextSymbolPolicy} chooses a symbol from a vector of
 * probabilities and a source of random numbers: greedily, among the n most likely, or at a
 * temperature. {@link io.github.charlstm.sample.TextGenerator} connects a policy with a {@link
 * io.github.charlstm.sample.NextSymbolModel}: it feeds each choice back with the state and passes
 * the text on as it is generated. Policies keep no state between symbols: the same probabilities
 * and the same seed give the same symbols.
 *
 * <p>A model may follow a policy in its own graph, many symbols in one call; package {@code model}
 * does so for the policies of this package. This package is plain Java without TensorFlow.
 *
 * <p>Limits: one sequence at a time; policies that need the past (beam search, repetition
 * penalties) do not fit the interface.
 */
package io.github.charlstm.sample;
