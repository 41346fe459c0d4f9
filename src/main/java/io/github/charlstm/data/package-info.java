/**
 * Texts and images, and what a recurrent network reads of them.
 *
 * <p>What lives here: reading text files ({@link io.github.charlstm.data.TextFile}) and cleaning
 * them ({@link io.github.charlstm.data.CookbookText}), the characters or words a model knows
 * ({@link io.github.charlstm.data.Vocabulary}), cutting a text into training windows ({@link
 * io.github.charlstm.data.TrainingBatches}: {@link io.github.charlstm.data.CharacterBatches},
 * {@link io.github.charlstm.data.CookbookBatches}) or into windows that score every character once
 * ({@link io.github.charlstm.data.EvaluationBatches}), holding out a part for validation ({@link
 * io.github.charlstm.data.TextSplit}), MNIST's images and their batches ({@link
 * io.github.charlstm.data.MnistImages}, {@link io.github.charlstm.data.MnistBatches}), and the
 * public texts and images of the recipes with the folder that keeps them ({@link
 * io.github.charlstm.data.DataSets}, {@link io.github.charlstm.data.DataSetCache}).
 *
 * <p>What may not: TensorFlow, any other package of this project, printing, ending the process. The
 * JDK and Jackson are enough, so everything here runs without a native library.
 *
 * <p>A symbol is a word or a Unicode code point, as in Python 3, never a UTF-16 {@code char}:
 * lengths and positions count code points from 0. Newlines are always one {@code \n}. Arrays of
 * windows are row major, shape {@code [rows, numSteps]}, one row for each stream of text that runs
 * on from window to window.
 *
 * <p>What the user can mend is an {@link io.github.charlstm.data.InvalidDataException}, one line
 * long; any other exception is a programming error or a failing disk.
 *
 * <p>Limits: a text is held in memory whole (a file has at most {@link
 * io.github.charlstm.data.TextFile#MAXIMUM_BYTES} bytes), UTF-8 is the only encoding, and downloads
 * use the proxy of the JVM's properties, not that of the environment.
 */
package io.github.charlstm.data;
