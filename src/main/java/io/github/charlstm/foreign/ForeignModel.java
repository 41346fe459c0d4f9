package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.foreign.WindowRunner.BatchRow;
import io.github.charlstm.sample.NextSymbolModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A character model that another program wrote, read symbol by symbol: a SavedModel of TensorFlow
 * 1, 2 or Keras, a {@code .meta} MetaGraph with its checkpoint, or a frozen GraphDef. Dropout is
 * off. Not for use by several threads at once.
 *
 * <p>The state is in tensors that are fed and fetched ({@link TensorRoles}); or in variables of the
 * graph, which {@link #resetState} resets (by the model's own signature {@code reset...}, else to
 * zero); or there is none, and the whole text is read again for each symbol.
 *
 * <p>A graph with N rows gets the text in each. A graph of exactly T steps reads windows of T: for
 * each symbol it reads the window up to the symbol, padded, from the state before the window; so a
 * symbol costs T steps. Bidirectional graphs cannot be run so and are rejected.
 */
public final class ForeignModel implements NextSymbolModel {
  // Longer windows need more memory and are no faster.
  private static final int EVALUATION_WINDOW = 100;
  // For a model without state, which reads the whole text at once.
  private static final int LONGEST_TEXT = 20_000;

  private final WindowRunner runner;
  private final TensorRoles roles;
  private final ModelProbe.Traits traits;
  private final String file;
  // The symbols read since the state from which the next run starts.
  private int[] pending = new int[16];
  private int count;

  private ForeignModel(WindowRunner runner, TensorRoles roles, String file) {
    this.runner = runner;
    this.roles = roles;
    this.file = file;
    this.traits = new ModelProbe(runner, roles, file).examine();
    resetState();
  }

  /**
   * Opens a model, in its initial state.
   *
   * @param path a file or folder of the options' format
   * @throws InteropException if a file is missing or damaged, or the graph cannot be run
   * @throws CheckpointException if the variables are missing or damaged
   */
  public static ForeignModel open(Path path, ForeignModelOptions options) {
    return InteropException.named(
        path.toString(),
        () -> {
          MetaGraphFile source = MetaGraphFile.read(path, options);
          var signature = source.signature(options.signature());
          ImportedGraph imported = ImportedGraph.of(source, options.trusted());
          LoadedGraph loaded = LoadedGraph.of(imported, options.trusted());
          try {
            TensorRoles roles = new RoleFinder(imported, signature, options.roles()).find();
            return new ForeignModel(
                new WindowRunner(loaded, roles), roles, source.file().toString());
          } catch (RuntimeException e) {
            loaded.close();
            throw e;
          }
        });
  }

  /** {@return the tensors of inputs, predictions and state} */
  public TensorRoles roles() {
    return roles;
  }

  /** {@return the number of rows of the graph's batch} */
  public int batchSize() {
    return runner.batchSize();
  }

  /** {@return the number of symbols in the predictions} */
  public int vocabularySize() {
    return traits.width();
  }

  /**
   * Checks that a vocabulary has as many symbols as the predictions.
   *
   * @param source its file, for the message
   * @throws InteropException if the model predicts another number of symbols
   */
  public void requireVocabulary(int size, String source) {
    if (size != traits.width()) {
      throw InteropException.of(
          "the vocabulary %s has %s symbols, but the predictions of %s (%s) are for %s; give the"
              + " vocabulary that the model was trained with",
          source, size, file, roles.predictions(), traits.width());
    }
  }

  @Override
  public void resetState() {
    runner.reset();
    count = 0;
  }

  /**
   * @throws InteropException if the graph cannot be run on the symbol
   */
  @Override
  public float[] predictNext(int symbol) {
    requireSymbol(symbol);
    if (count == pending.length) {
      pending = Arrays.copyOf(pending, 2 * count);
    }
    pending[count++] = symbol;
    int[] window = Arrays.copyOf(pending, traits.reads() > 1 ? traits.reads() : count);
    boolean advance = count == traits.reads();
    BatchRow rows = runner.run(window, advance);
    float[] row = rows.values()[Math.min(count, rows.values().length) - 1];
    if (advance) {
      count = 0;
    }
    return traits.probabilities(row);
  }

  /**
   * {@return the mean of -ln p of each symbol but the first, nats} The text is scored from the initial state; afterwards the state is reset.
   *
   * @param symbols at least 2
   */
  public double crossEntropy(int[] symbols) {
    return crossEntropy(symbols, done -> {});
  }

  /**
   * As {@link #crossEntropy(int[])}.
   *
   * @param progress receives the number of symbols scored so far
   */
  public double crossEntropy(int[] symbols, IntConsumer progress) {
    if (symbols.length < 2) {
      throw new IllegalArgumentException(
          "the text is too short to score: at least 2 characters are needed, found "
              + symbols.length);
    }
    if (traits.reads() == ModelProbe.EVERYTHING && symbols.length > LONGEST_TEXT) {
      throw InteropException.of(
          "%s keeps no state, so it reads a whole text at once: at most %s characters, found %s",
          file, LONGEST_TEXT, symbols.length);
    }
    resetState();
    try {
      return (traits.windows() ? sumOfWindows(symbols, progress) : sumOfSymbols(symbols, progress))
          / (symbols.length - 1);
    } finally {
      resetState();
    }
  }

  private double sumOfSymbols(int[] symbols, IntConsumer progress) {
    double sum = 0;
    for (int k = 0; k + 1 < symbols.length; k++) {
      float[] probabilities = predictNext(symbols[k]);
      requireSymbol(symbols[k + 1]);
      sum += loss(probabilities[symbols[k + 1]]);
      progress.accept(k + 1);
    }
    return sum;
  }

  private double sumOfWindows(int[] symbols, IntConsumer progress) {
    int length = traits.reads() > 1 ? traits.reads() : EVALUATION_WINDOW;
    if (traits.reads() == ModelProbe.EVERYTHING) {
      length = symbols.length - 1;
    }
    for (int symbol : symbols) {
      requireSymbol(symbol);
    }
    double sum = 0;
    for (int from = 0; from + 1 < symbols.length; from += length) {
      int real = Math.min(length, symbols.length - 1 - from);
      int[] window = Arrays.copyOfRange(symbols, from, from + real);
      BatchRow rows = runner.run(traits.reads() > 1 ? Arrays.copyOf(window, length) : window, true);
      for (int k = 0; k < real; k++) {
        sum += loss(traits.probabilities(rows.values()[k])[symbols[from + k + 1]]);
      }
      progress.accept(from + real);
    }
    return sum;
  }

  // Probabilities below float32's smallest normal number count as that number.
  private static double loss(float probability) {
    return -Math.log(Math.max(probability, Float.MIN_NORMAL));
  }

  private void requireSymbol(int symbol) {
    if (symbol < 0 || symbol >= traits.width()) {
      throw new IllegalArgumentException(
          "symbol " + symbol + " does not exist: " + file + " has 0 to " + (traits.width() - 1));
    }
  }

  @Override
  public void close() {
    runner.close();
  }

  /** {@return sentences on where the state is and how a text is read} */
  public List<String> reading() {
    return traits.describe(runner);
  }
}
