/**
 * Checkpoints and SavedModels of TensorFlow 1, and folders that appear whole or not at all.
 *
 * <p>A {@link io.github.charlstm.checkpoint.Saver} with the op names of TensorFlow 1 (so that
 * Python restores what Java saved, and the other way round), a reader of the V2 and the older V1
 * checkpoint format, meta graphs ({@link io.github.charlstm.checkpoint.MetaGraph}, {@link
 * io.github.charlstm.checkpoint.ImportedMetaGraph}), a reader and a writer of SavedModels, the text
 * file named {@code checkpoint} that names the newest checkpoint, a series of checkpoints of which
 * the newest are kept, and {@link io.github.charlstm.checkpoint.AtomicDirectory}, which makes any
 * folder of files crash-safe.
 *
 * <p>Why a reader of its own: that of the C library ends the process when it is asked for a name
 * that the file lacks, and RestoreV2 reports damage in the middle of a restore, when some variables
 * are already overwritten. {@link io.github.charlstm.checkpoint.CheckpointReader} checks every
 * checksum first; a checkpoint that cannot be used is a {@link
 * io.github.charlstm.checkpoint.CheckpointException}, and the graph keeps its values.
 *
 * <p>How it reads: {@code CheckpointFiles} finds the format; {@code BundleReader} (V2) and {@code
 * V1Reader} (V1) read the lists of tensors from a {@code TableReader}; both return {@code
 * StoredTensor}s, in one part or in slices that cover the tensor. The values are bytes in a shard
 * (V2) or a protocol buffer in a block (V1).
 *
 * <p>Limits: little-endian files, plain or compressed by Snappy; variants and strings in slices are
 * listed but not read; a Saver saves variables, no tables and no slices of them. A V1 checkpoint
 * whose files come from different steps of one run is read as one: each file is complete by itself,
 * so no checksum shows it.
 */
package io.github.charlstm.checkpoint;
