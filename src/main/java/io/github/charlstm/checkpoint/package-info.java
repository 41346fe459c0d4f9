/**
 * Checkpoints: variables on disk, and folders that appear whole or not at all.
 *
 * <p>What lives here: a {@link io.github.charlstm.checkpoint.Saver} with the op names of TensorFlow
 * 1 (so that Python restores what Java saved, and the other way round), a reader of the V2
 * checkpoint format in plain Java, a writer of SavedModels, the text file named {@code checkpoint}
 * that says which checkpoint is the newest, and {@link
 * io.github.charlstm.checkpoint.AtomicDirectory}, which makes any folder of files crash-safe.
 *
 * <p>What may not: cells, models, recipes. Nothing here knows what a variable is for; a caller
 * hands in names and operands. No other package of this project is used.
 *
 * <p>Why a reader of our own: the one of the C library ends the whole process when it is asked for
 * a name that the file lacks, and RestoreV2 reports damage only half-way through a restore, when
 * some variables are already overwritten. {@link io.github.charlstm.checkpoint.CheckpointReader}
 * checks every checksum first; a checkpoint that cannot be used is a {@link
 * io.github.charlstm.checkpoint.CheckpointException}, and the graph is left as it was.
 *
 * <p>Limits: little-endian V2 bundles without compression (what TensorFlow writes by default);
 * partitioned variables are listed and verified but not read; the V1 format of TensorFlow before
 * 1.0 is refused by name; the Saver takes reference variables (VariableV2), not resource variables.
 */
package io.github.charlstm.checkpoint;
