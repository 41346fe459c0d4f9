/**
 * Generating text from a model's predictions.
 *
 * <p>A {@link io.github.charlstm.sample.NextSymbolPolicy} chooses a symbol from a vector of
 * probabilities and a source of random numbers: the most likely, or one that is drawn from all or
 * from the n most likely. Policies around it may change the probabilities before: by a temperature,
 * by a penalty for repetition, to those of the nucleus, or to exclude symbols. {@link
 * io.github.charlstm.sample.TextGenerator} connects a policy with a {@link
 * io.github.charlstm.sample.NextSymbolModel}: it feeds each choice back with the state and passes
 * the text on as it is generated. Policies keep no state between symbols, and get the text before
 * where they need it: the same probabilities, text and seed give the same symbols. {@link
 * io.github.charlstm.sample.BeamSearch} and {@link io.github.charlstm.sample.InteractiveText} go
 * back to earlier places of a text.
 *
 * <p>A model may follow a policy in its own graph, many symbols in one call; package {@code model}
 * does so for the policies that do not look at the text before. This package is plain Java without
 * TensorFlow.
 *
 * <p>Limits: a model reads one sequence at a time.
 */
package io.github.charlstm.sample;
