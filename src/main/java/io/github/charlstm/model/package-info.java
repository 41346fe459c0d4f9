/**
 * Models as graphs, and the sessions that run them.
 *
 * <p>Text models, by their settings: {@link io.github.charlstm.model.RnnLanguageModel.Settings} for
 * one's own text and for TF1's {@code ptb_word_lm.py}, {@link
 * io.github.charlstm.model.CharLstm.Settings} for Deep Learning by Example, chapter 10, {@link
 * io.github.charlstm.model.CharRnn.Settings} for the program char-rnn-tensorflow, {@link
 * io.github.charlstm.model.ShakespeareLstm.Settings} for the TensorFlow Machine Learning Cookbook,
 * chapter 9. Settings fix the shapes of the variables, which a checkpoint and every graph that
 * reads it must agree on; they build a {@link io.github.charlstm.model.LanguageModel}, which a
 * {@link io.github.charlstm.model.LanguageModelSession} runs. {@link
 * io.github.charlstm.model.RowClassifier} is the model of MNIST's images.
 *
 * <p>How a run executes the cells over time ({@link io.github.charlstm.model.RnnImplementation}) is
 * not a setting of a model: the variables are the same.
 */
package io.github.charlstm.model;
