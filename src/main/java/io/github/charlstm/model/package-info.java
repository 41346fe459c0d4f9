/**
 * One class a model: placeholders, cells, logits, loss, train operation.
 *
 * <p>{@link io.github.charlstm.model.CharLstm.Settings} stands for the character-level model of
 * Deep Learning by Example, chapter 10, {@link io.github.charlstm.model.CharRnn.Settings} for that
 * of the program char-rnn-tensorflow, {@link io.github.charlstm.model.ShakespeareLstm.Settings} for
 * the TensorFlow Machine Learning Cookbook's, chapter 9. Settings hold what the variables' shapes
 * depend on, and so what a checkpoint and every graph that opens it must agree on; they build a
 * {@link io.github.charlstm.model.LanguageModel}, a description of a graph that owns no session and
 * no tensors. {@link io.github.charlstm.model.LanguageModelSession} runs it.
 */
package io.github.charlstm.model;
