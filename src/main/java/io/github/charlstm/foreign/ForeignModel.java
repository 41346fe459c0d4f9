package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.foreign.WindowRunner.BatchRow;
import io.github.charlstm.sample.ExclusiveUse;
import io.github.charlstm.sample.NextSymbolModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * A character model that another program wrote, read symbol by symbol: a SavedModel of TensorFlow
 * 1, 2 or Keras, a {@code .meta} MetaGraph with its checkpoint, or a frozen GraphDef. Dropout is
 * off. A call while another thread is in one throws {@link
 * java.util.ConcurrentModificationException}.
 *
 * <p>The state is in tensors that are fed and fetched ({@link RoleMap}); or in variables of the
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
  // A graph without state reads the whole text in each run.
  private static final int EVERYTHING = -1;
  // For a model without state, which reads the whole text at once.
  private static final int LONGEST_TEXT = 20_000;

  private final WindowRunner runner;
  private final RoleMap roles;
  private final Traits traits;
  private final String file;
  private final ExclusiveUse use = new ExclusiveUse("open the model for each thread");
  // The symbols read since the state from which the next run starts.
  private int[] pending = new int[16];
  private int count;

  private ForeignModel(WindowRunner runner, RoleMap roles, String file) {
    this.runner = runner;
    this.roles = roles;
    this.file = file;
    this.traits = examine();
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
            RoleMap roles = new RoleFinder(imported, signature, options.roles()).find();
            return new ForeignModel(
                new WindowRunner(loaded, roles), roles, source.file().toString());
          } catch (RuntimeException e) {
            loaded.close();
            throw e;
          }
        });
  }

  /** {@return the tensors of inputs, predictions and state} */
  public RoleMap roles() {
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
  public ExclusiveUse exclusive() {
    return use;
  }

  @Override
  public void resetState() {
    use.run(
        () -> {
          runner.reset();
          count = 0;
        });
  }

  /** Empty if the state is in variables. */
  @Override
  public Optional<SavedState> saveState() {
    return runner.keepsStateInVariables()
        ? Optional.empty()
        : use.get(
            () -> Optional.of(new Saved(runner.saveState(use), Arrays.copyOf(pending, count))));
  }

  /** The state before the last run that moved on, and the symbols since. */
  private final class Saved implements SavedState {
    private final SavedState before;
    private final int[] since;

    Saved(SavedState before, int[] since) {
      this.before = before;
      this.since = since;
    }

    @Override
    public void restore() {
      use.run(
          () -> {
            before.restore();
            pending = Arrays.copyOf(since, Math.max(16, since.length));
            count = since.length;
          });
    }

    @Override
    public void close() {
      before.close();
    }
  }

  /**
   * @throws InteropException if the graph cannot be run on the symbol
   */
  @Override
  public float[] predictNext(int symbol) {
    return use.get(() -> read(symbol));
  }

  private float[] read(int symbol) {
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
   * {@return the mean of -ln p of each symbol but the first, nats} The text is scored from the
   * initial state; afterwards the state is reset.
   *
   * @param symbols at least 2
   * @param progress receives the number of symbols scored so far
   */
  public double crossEntropy(int[] symbols, IntConsumer progress) {
    if (symbols.length < 2) {
      throw new IllegalArgumentException(
          "the text is too short to score: at least 2 characters are needed, found "
              + symbols.length);
    }
    if (traits.reads() == EVERYTHING && symbols.length > LONGEST_TEXT) {
      throw InteropException.of(
          "%s keeps no state, so it reads a whole text at once: at most %s characters, found %s",
          file, LONGEST_TEXT, symbols.length);
    }
    return use.get(
        () -> {
          resetState();
          try {
            double sum =
                traits.windows()
                    ? sumOfWindows(symbols, progress)
                    : sumOfSymbols(symbols, progress);
            return sum / (symbols.length - 1);
          } finally {
            resetState();
          }
        });
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
    if (traits.reads() == EVERYTHING) {
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
    use.run(runner::close);
  }

  /** {@return sentences on where the state is and how a text is read} */
  public List<String> reading() {
    return traits.describe(runner);
  }

  /**
   * How a graph reads a text.
   *
   * @param width number of symbols in a prediction
   * @param logits whether the predictions are logits, not probabilities
   * @param reads steps of a run, or {@link #EVERYTHING}
   * @param windows whether a run on several symbols gives a prediction after each
   */
  private record Traits(int width, boolean logits, int reads, boolean windows) {

    float[] probabilities(float[] row) {
      if (row.length != width) {
        throw InteropException.of(
            "the model predicts %s symbols in this run and %s before", row.length, width);
      }
      return logits ? softmax(row) : row;
    }

    List<String> describe(WindowRunner runner) {
      List<String> lines = new ArrayList<>();
      lines.add(
          String.format("predicts %s symbols, as %s", width, logits ? "logits" : "probabilities"));
      if (reads == EVERYTHING) {
        lines.add("keeps no state: reads the whole text again for each symbol");
      } else {
        lines.add(
            runner.keepsStateInVariables()
                ? "keeps its state in variables"
                : "the state is fed and fetched");
      }
      if (reads > 1) {
        lines.add("takes " + reads + " steps a run, so a symbol costs as much as " + reads);
      }
      return lines;
    }
  }

  static float[] softmax(float[] row) {
    double most = Float.NEGATIVE_INFINITY;
    for (float value : row) {
      most = Math.max(most, value);
    }
    double sum = 0;
    for (float value : row) {
      sum += Math.exp(value - most);
    }
    float[] probabilities = new float[row.length];
    for (int k = 0; k < row.length; k++) {
      probabilities[k] = (float) (Math.exp(row[k] - most) / sum);
    }
    return probabilities;
  }

  private static boolean areProbabilities(float[] row) {
    double sum = 0;
    for (float value : row) {
      if (value < 0) {
        return false;
      }
      sum += value;
    }
    return Math.abs(sum - 1) < 1e-3;
  }

  // Runs the graph a few times to find how it reads a text; rejects graphs that cannot read one.
  private Traits examine() {
    int steps = runner.steps();
    boolean noState = roles.all(RoleMap.INITIAL_STATE).isEmpty() && !runner.keepsStateInVariables();
    requireReadable(steps, noState);
    BatchRow first = fromStart(new int[Math.max(1, steps)]);
    if (!first.agrees(fromStart(new int[Math.max(1, steps)]), 0)) {
      throw InteropException.of(
          runner.hasFloatScalar()
              ? "%s: the same input gives different predictions; if dropout is on, name its"
                  + " placeholder: `map` keep_prob=..."
              : "%s: the same input gives different predictions: dropout is on, or other random"
                  + " numbers are drawn, and no placeholder turns it off; build the graph in"
                  + " Python without dropout and save it again, or import its checkpoint"
                  + " (charlstm import)",
          file);
    }
    int width = first.values()[0].length;
    boolean logits = !areProbabilities(first.values()[0]);
    if (steps > 1) {
      requireOrdered(steps, first);
      return new Traits(width, logits, steps, true);
    }
    boolean windows = steps < 0 && givesARowForEachStep();
    return new Traits(width, logits, noState ? EVERYTHING : 1, windows);
  }

  private void requireReadable(int steps, boolean noState) {
    if (steps == 0) {
      throw new InteropException(file + ": the graph takes no steps: " + roles.inputs());
    }
    if (steps > 1 && runner.keepsStateInVariables()) {
      throw InteropException.of(
          "%s takes exactly %s steps and keeps its state in variables, so it cannot read symbol"
              + " by symbol; export it with an unknown number of steps",
          file, steps);
    }
    if (steps > 0 && noState) {
      throw InteropException.of(
          "%s takes exactly %s steps and no state was found that could be fed to the next run;"
              + " name it: `map` initial_state=... `map` final_state=..., or export the model"
              + " with an unknown number of steps",
          file, steps);
    }
  }

  private BatchRow fromStart(int[] symbols) {
    runner.reset();
    return runner.run(symbols, false);
  }

  private void requireOrdered(int steps, BatchRow first) {
    if (first.values().length != steps) {
      throw InteropException.of(
          "%s takes exactly %s steps and predicts only after the last; export it with one step"
              + " or an unknown number of steps",
          file, steps);
    }
    int[] other = new int[steps];
    Arrays.fill(other, 1, steps, 1);
    BatchRow changed = fromStart(other);
    if (!first.agrees(changed, 0) || !changed.alike()) {
      throw InteropException.of(
          "%s takes exactly %s steps, and its first prediction depends on later symbols: it reads"
              + " in both directions, or its inputs or predictions are not in the order [N, T];"
              + " such a graph cannot be read symbol by symbol",
          file, steps);
    }
  }

  private boolean givesARowForEachStep() {
    try {
      BatchRow same = fromStart(new int[] {0, 0});
      BatchRow changed = fromStart(new int[] {0, 1});
      return same.values().length == 2 && changed.alike() && same.agrees(changed, 0);
    } catch (InteropException e) {
      return false; // it takes one step a run
    }
  }
}
