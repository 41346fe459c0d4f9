/**
 * Models with their hyper-parameters, those of the books and one for a text of one's own, and the
 * runs that reproduce the books' results.
 *
 * <p>A {@link io.github.charlstm.recipe.Recipe} joins structural settings, which determine the
 * variables, and run settings, which may change when a run is resumed. {@link
 * io.github.charlstm.recipe.Experiments} lists the models that {@code charlstm reproduce} trains,
 * each with one or more seeds, in Java or Python ({@link io.github.charlstm.recipe.Trial}); {@link
 * io.github.charlstm.recipe.ResultsPage} compares them with the books, from the files in their
 * folders alone: figures from a run's metrics, samples from its newest checkpoint. Nothing is
 * trained here.
 */
package io.github.charlstm.recipe;
