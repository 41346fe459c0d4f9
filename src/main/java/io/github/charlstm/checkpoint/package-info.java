/**
 * Checkpoints: variables on disk, and folders that appear whole or not at all.
 *
 * <p>What lives here: a {@link io.github.charlstm.checkpoint.Saver} with the op names of TensorFlow
 * 1 (so that Python restores what Java saved, and the other way round), a reader of the V2 and the
 * older V1 checkpoint format, a reader and a writer of SavedModels, the text file named {@code
 * checkpoint} that says which checkpoint is the newest, a series of checkpoints of which the newest
 * are kept, and {@link io.github.charlstm.checkpoint.AtomicDirectory}, which makes any folder of
 * files crash-safe.
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
 * <p>How the reader is built: {@code CheckpointFiles} finds out the format; {@code BundleReader}
 * (V2) and {@code V1Reader} (V1) read the lists from a {@code TableReader}; both give {@code
 * StoredTensor}s, each in one part or in slices that cover it, whose {@code StoredValues} are bytes
 * in a shard (V2) or a protocol buffer in a block (V1).
 *
 * <p>What a checksum cannot tell: a V1 checkpoint in several files whose files come from different
 * steps of one run is read as one, for each file is whole by itself.
 *
 * <p>Limits: little-endian files, plain or packed by Snappy; V1 is read, not written; variants and
 * strings in slices are listed but not read; the Saver takes reference variables (VariableV2), not
 * resource variables.
 */
package io.github.charlstm.checkpoint;
