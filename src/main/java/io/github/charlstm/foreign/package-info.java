/**
 * Runs character models that other programs trained, as they are: SavedModels of TensorFlow 1, 2
 * and Keras, {@code .meta} MetaGraphs with their checkpoints, frozen GraphDefs.
 *
 * <p>{@link io.github.charlstm.foreign.ForeignModel} reads the file in Java ({@code
 * MetaGraphFile}), rejects operations that access files, processes or other machines unless the
 * user trusts the file ({@code ForbiddenOps}), imports the graph, and checks and restores the
 * variables by the file's own saver ({@code LoadedGraph}). {@code RoleFinder} finds the tensors of
 * inputs, predictions and state ({@link io.github.charlstm.foreign.RoleMap}). A few runs show how
 * the graph reads a text.
 *
 * <p>Limits: {@code saved_model.pb} and {@code .meta} have no checksum, so a flipped bit can go
 * unnoticed; inputs are symbol numbers, not one-hot vectors; initializers that read asset files are
 * rejected.
 */
package io.github.charlstm.foreign;
