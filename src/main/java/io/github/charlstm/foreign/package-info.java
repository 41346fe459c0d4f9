/**
 * Runs models that other programs trained, as they are: SavedModels of TensorFlow 1, 2 and Keras,
 * {@code .meta} MetaGraphs with their checkpoints, frozen GraphDefs.
 *
 * <p>{@link io.github.charlstm.foreign.ForeignModel} reads the file in Java, checks the variables'
 * checksums, imports the graph, restores through the file's own saver and finds the tensors of
 * input, output and recurrent state ({@link io.github.charlstm.foreign.TensorRoles}). Before the
 * graph runs, operations that touch files, processes or the network are rejected unless the user
 * trusts the file.
 *
 * <p>Known limits: {@code saved_model.pb} and {@code .meta} have no checksum, so a bit flipped
 * there can go unnoticed; inputs are symbol numbers, not one-hot vectors; initializers that read
 * asset files are rejected.
 */
package io.github.charlstm.foreign;
