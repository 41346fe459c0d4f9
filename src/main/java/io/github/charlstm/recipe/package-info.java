/**
 * The books' models with their hyper-parameters, the runs that reproduce their results, and the
 * page that compares the two.
 *
 * <p>A {@link io.github.charlstm.recipe.Recipe} joins structural settings (they shape the
 * variables) and run settings (they may change when a run is resumed). {@link
 * io.github.charlstm.recipe.Experiments} lists the command lines of {@code charlstm reproduce}.
 * {@link io.github.charlstm.recipe.ResultsPage} is written from the runs' folders alone: figures
 * from a run's metrics, samples from its newest checkpoint. Nothing is trained here.
 */
package io.github.charlstm.recipe;
