/**
 * Converts runs between this library and Python.
 *
 * <p>{@link io.github.charlstm.interop.Importer} makes a run of what a Python program trained: it
 * finds the checkpoint, maps the names of TensorFlow 0.x to 1.x to those of the training graph, and
 * checks every shape before it writes. {@link io.github.charlstm.interop.CheckpointExport} writes a
 * run's checkpoint for Python. Pickled vocabularies and configurations are read without running any
 * pickled code. Models that have no equivalent here are run as they are by the package {@code
 * foreign}.
 */
package io.github.charlstm.interop;
