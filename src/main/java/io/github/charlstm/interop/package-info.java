/**
 * Converts runs between this program and Python: {@link io.github.charlstm.interop.Importer} turns
 * what a Python program trained into a run, {@link io.github.charlstm.interop.CheckpointExport}
 * writes a run's checkpoint as Python programs expect it. Pickled vocabularies and configurations
 * are read without running any pickled code.
 */
package io.github.charlstm.interop;
