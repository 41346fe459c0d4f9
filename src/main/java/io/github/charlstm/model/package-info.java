/**
 * One class a book model: placeholders, cells, logits, loss, train operation.
 *
 * <p>{@link io.github.charlstm.model.CharLstm} is the character-level language model of Deep
 * Learning by Example, chapter 10. A model is a description of a graph; it owns no session and no
 * tensors. {@link io.github.charlstm.model.CharLstmSettings} holds what the variables' shapes
 * depend on, and so what a checkpoint and every graph that opens it must agree on.
 */
package io.github.charlstm.model;
