package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.sample.NextSymbolModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * A character model that another program wrote, read symbol by symbol: a SavedModel of TensorFlow
 * 1, 2 or Keras, a {@code .meta} MetaGraph with its checkpoint, or a frozen GraphDef. Dropout is
 * off. Not for use by several threads at once.
 *
 * <p>Where the state is: in tensors that are fed and fetched ({@link TensorRoles}); or in variables
 * of the graph, which {@link #resetState} puts back (by the model's own signature {@code reset...},
 * else to zero); or nowhere, and then the whole text is read again for each symbol.
 *
 * <p>A graph with N rows gets the text in each. A graph of exactly T steps reads windows of T: for
 * each symbol it reads the window up to there, filled up, from the state before it; so a symbol
 * costs T steps. Bidirectional graphs cannot be run so and are refused.
 */
public final class ForeignModel implements NextSymbolModel {
  // Longer windows cost memory and gain no speed.
  private static final int EVALUATION_WINDOW = 100;
  // Of a model without state, which reads all of a text at once.
  private static final int LONGEST_TEXT = 20_000;

  private final WindowRunner runner;
  private final TensorRoles roles;
  private final ModelProbe.Traits traits;
  private final String file;
  // What was read since the state that the next run starts from.
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
   * Opens a SavedModel (Python: {@code tf.saved_model.load}).
   *
   * @param folder with {@code saved_model.pb} and {@code variables/}
   * @param options which graph, which signature, which tensors
   * @return a model on which symbols can be read
   * @throws InteropException if a file is missing or damaged, or the graph cannot be run
   * @throws CheckpointException if the variables are missing or damaged
   */
  public static ForeignModel savedModel(Path folder, ForeignModelOptions options) {
    return open(folder.toString(), () -> MetaGraphFile.savedModel(folder, options.tags()), options);
  }

  /**
   * Opens a MetaGraph (Python: {@code tf.train.import_meta_graph}).
   *
   * @param metaFile such as {@code model.ckpt-100.meta}; the checkpoint's files lie beside it
   * @param options which signature, which tensors
   * @return a model on which symbols can be read
   * @throws InteropException if a file is missing or damaged, or the graph cannot be run
   * @throws CheckpointException if the variables are missing or damaged
   */
  public static ForeignModel metaGraph(Path metaFile, ForeignModelOptions options) {
    return open(metaFile.toString(), () -> MetaGraphFile.meta(metaFile), options);
  }

  /**
   * Opens a frozen graph: its variables are constants (Python: {@code tf.import_graph_def}).
   *
   * @param file a GraphDef: text if its name ends in {@code .pbtxt}, else binary
   * @param options which tensors
   * @return a model on which symbols can be read
   * @throws InteropException if the file is missing or damaged, or the graph cannot be run
   */
  public static ForeignModel graphDef(Path file, ForeignModelOptions options) {
    return open(file.toString(), () -> MetaGraphFile.graphDef(file), options);
  }

  private static ForeignModel open(
      String name, Supplier<MetaGraphFile> reader, ForeignModelOptions options) {
    Objects.requireNonNull(options, "options");
    return Failures.named(
        name,
        () -> {
          MetaGraphFile source = reader.get();
          var signature = Signatures.choose(source, options.signature());
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

  /** {@return which tensor does what} */
  public TensorRoles roles() {
    return roles;
  }

  /** {@return the number of rows of the graph's batch} */
  public int batchSize() {
    return runner.batchSize();
  }

  /** {@return the number of symbols that the predictions tell apart} */
  public int vocabularySize() {
    return traits.width();
  }

  /**
   * Checks that a vocabulary fits.
   *
   * @param size of the vocabulary
   * @param source where it comes from, for the message
   * @throws InteropException if it has another number of symbols than the model predicts
   */
  public void requireVocabulary(int size, String source) {
    if (size != traits.width()) {
      throw new InteropException(
          String.format(
              "the vocabulary %s has %s symbols, but the predictions of %s (%s) are for %s; give"
                  + " the vocabulary that the model was trained with",
              source, size, file, roles.predictions(), traits.width()));
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
   * Scores a text from its first symbol to its last, starting anew; afterwards the state is reset.
   *
   * @param symbols at least 2
   * @return mean of -ln p of each symbol but the first, nats
   */
  public double crossEntropy(int[] symbols) {
    return crossEntropy(symbols, done -> {});
  }

  /**
   * As above.
   *
   * @param symbols as above
   * @param progress is told now and then how many symbols are scored
   * @return as above
   */
  public double crossEntropy(int[] symbols, IntConsumer progress) {
    if (symbols.length < 2) {
      throw new IllegalArgumentException(
          "the text is too short to score: at least 2 characters are needed, found "
              + symbols.length);
    }
    if (traits.reads() == ModelProbe.EVERYTHING && symbols.length > LONGEST_TEXT) {
      throw new InteropException(
          String.format(
              "%s keeps no state, so it reads a whole text at once: at most %s characters, found"
                  + " %s",
              file, LONGEST_TEXT, symbols.length));
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

  // A probability that a float32 cannot hold counts as the smallest that it can.
  private static double loss(float probability) {
    return -Math.log(Math.max(probability, Float.MIN_NORMAL));
  }

  private void requireSymbol(int symbol) {
    if (symbol < 0 || symbol >= traits.width()) {
      throw new IllegalArgumentException(
          "symbol " + symbol + " does not exist: " + file + " knows 0 to " + (traits.width() - 1));
    }
  }

  @Override
  public void close() {
    runner.close();
  }

  /** {@return where the state is kept and how the text is read, in words for {@code inspect}} */
  public List<String> reading() {
    return traits.describe(runner);
  }
}
