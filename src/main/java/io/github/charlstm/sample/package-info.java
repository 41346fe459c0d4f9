/**
 * Choosing the next symbol of a text from a model's predictions.
 *
 * <p>A {@link io.github.charlstm.sample.NextSymbolPolicy} sees one vector of probabilities and a
 * source of random numbers and answers with a symbol's number. It knows neither the vocabulary nor
 * the network, so the policies are plain Java with no native library behind them. Three are here:
 * {@link io.github.charlstm.sample.TopN} (the book's), {@link io.github.charlstm.sample.Greedy} and
 * {@link io.github.charlstm.sample.Temperature}, which reshapes the probabilities and hands them to
 * another policy.
 *
 * <p>Policies keep no state between symbols: with the same probabilities and the same seed they
 * choose the same symbols. Those here also have a {@link io.github.charlstm.model.SamplingParams},
 * by which a model makes the same choices inside its graph, many a call. {@link
 * io.github.charlstm.sample.TextGenerator} joins a policy with a model: it feeds each choice back
 * with the state and hands the characters on as they are made. Training, checkpoints and printing
 * do not belong here.
 *
 * <p>Limits: one sequence at a time; policies that need the past (beams, repetition penalties) do
 * not fit the interface.
 */
package io.github.charlstm.sample;
