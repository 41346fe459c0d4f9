/**
 * Models between this program and Python: what is exported for Python to read, and what Python
 * wrote.
 *
 * <p>{@link io.github.charlstm.interop.ForeignModel} runs SavedModels of TensorFlow 1, 2 and Keras,
 * and {@code .meta} MetaGraphs with their checkpoints. It reads the file in Java, checks the
 * variables' checksums, imports the graph as it is, restores through the file's own saver and finds
 * which tensor has which role ({@link io.github.charlstm.interop.Roles}). The graph is judged
 * before it runs: operations that touch files, processes or the network are refused unless the user
 * trusts the file.
 *
 * <p>{@link io.github.charlstm.interop.Importer} turns what Python trained into a run of ours,
 * {@link io.github.charlstm.interop.CheckpointExport} writes our checkpoints as Python's programs
 * expect them.
 *
 * <p>Known limits: {@code saved_model.pb} and {@code .meta} have no checksum, so a bit flipped
 * there can go unnoticed; inputs are symbol numbers, not one-hot vectors; initializers that read
 * asset files are refused.
 */
package io.github.charlstm.interop;
