/**
 * Texts and images, and the batches that a recurrent network reads.
 *
 * <p>Texts: reading files ({@link io.github.charlstm.data.TextFile}), cleaning and numbering them
 * ({@link io.github.charlstm.data.TextPreparation}, {@link io.github.charlstm.data.Vocabulary}),
 * holding out a part for validation ({@link io.github.charlstm.data.TextSplit}), and windows to
 * train on ({@link io.github.charlstm.data.TrainingBatches}) or to evaluate on ({@link
 * io.github.charlstm.data.EvaluationBatches}). Images: MNIST ({@link
 * io.github.charlstm.data.MnistImages}, {@link io.github.charlstm.data.MnistImages.Batches}).
 * Public data sets and the folder of their files: {@link io.github.charlstm.data.DataSets}, {@link
 * io.github.charlstm.data.DataSetCache}, {@link io.github.charlstm.data.ShakespeareEdition}.
 *
 * <p>This package uses the JDK and Jackson, not TensorFlow, and does not print.
 *
 * <p>A symbol is a word or a Unicode code point, as in Python 3, never a UTF-16 {@code char};
 * lengths and positions count code points from 0. Newlines are always {@code \n}. Arrays of windows
 * are in row-major order, {@code [rows, numSteps]}.
 *
 * <p>An error that the user can correct is an {@link io.github.charlstm.data.InvalidDataException}
 * with a message of one line.
 *
 * <p>Limits: a text is held in memory, and downloads use http proxies only, with passwords of the
 * Basic scheme.
 */
package io.github.charlstm.data;
