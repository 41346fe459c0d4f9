/**
 * The books' models with their hyper-parameters: what to train, on which text, and how.
 *
 * <p>A {@link io.github.charlstm.recipe.Recipe} joins structural settings (they shape the
 * variables) and run settings (they may change when a run is resumed). It trains nothing itself.
 */
package io.github.charlstm.recipe;
