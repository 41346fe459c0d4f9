package io.github.charlstm.report;

import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.sample.NextSymbolModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * A model's predictions for each symbol of a text, and its cells after each symbol. The model
 * starts from a zero state, without dropout, as in {@code charlstm evaluate --batch-size 1}.
 */
public final class PredictionTrace {
  /** Number of guesses that are kept for each symbol. */
  public static final int GUESSES = 5;

  // One byte per value, half a gigabyte at most.
  private static final long MOST_CELL_VALUES = 1L << 29;
  private static final int CELL_SCALE = 127;

  private final int[] symbols;
  private final float[] probabilities;
  private final int[] ranks;
  private final List<Guess[]> guesses = new ArrayList<>();
  private final List<byte[]> cells = new ArrayList<>();
  private int units;
  private boolean gated;

  /** A prediction of the next symbol: its number in the vocabulary and its probability. */
  public record Guess(int symbol, float probability) {}

  private PredictionTrace(int[] symbols) {
    this.symbols = symbols.clone();
    probabilities = new float[symbols.length];
    ranks = new int[symbols.length];
  }

  /**
   * Runs a model over symbols, whose state is reset before and after; {@code progress} receives the
   * number read. The cells of a {@link LanguageModelSession} are kept too. An
   * IllegalArgumentException if there are fewer than 2 symbols, or too many cell values to keep.
   */
  public static PredictionTrace of(NextSymbolModel model, int[] symbols, LongConsumer progress) {
    if (symbols.length < 2) {
      throw new IllegalArgumentException(
          "the text is too short to score: at least 2 characters are needed, found "
              + symbols.length);
    }
    PredictionTrace trace = new PredictionTrace(symbols);
    Optional<LanguageModelSession> session =
        model instanceof LanguageModelSession known ? Optional.of(known) : Optional.empty();
    session.ifPresent(trace::allocateCells);
    model.resetState();
    float[] next = new float[0];
    for (int k = 0; k < symbols.length; k++) {
      if (k > 0) {
        trace.keep(k, next);
      }
      next = model.predictNext(symbols[k]);
      int position = k;
      session.ifPresent(open -> trace.keepCells(position, open.state()));
      progress.accept(k + 1L);
    }
    trace.guesses.add(best(next));
    model.resetState();
    return trace;
  }

  private void allocateCells(LanguageModelSession session) {
    var settings = session.model().settings();
    units = settings.units();
    gated = settings.stateNames().contains("c_0");
    long values = (long) settings.numLayers() * units * symbols.length;
    if (values > MOST_CELL_VALUES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%,d cells over %,d symbols are too many to keep; show a shorter text (`length`)",
              (long) settings.numLayers() * units,
              symbols.length));
    }
    for (int layer = 0; layer < settings.numLayers(); layer++) {
      cells.add(new byte[units * symbols.length]);
    }
  }

  private void keep(int position, float[] next) {
    float given = next[symbols[position]];
    probabilities[position] = given;
    int before = 0;
    for (int symbol = 0; symbol < next.length; symbol++) {
      // among equal probabilities the lower number comes first, as in the list of guesses
      if (next[symbol] > given || next[symbol] == given && symbol < symbols[position]) {
        before++;
      }
    }
    ranks[position] = before + 1;
    guesses.add(best(next));
  }

  private static Guess[] best(float[] next) {
    Guess[] best = new Guess[Math.min(GUESSES, next.length)];
    int count = 0;
    for (int symbol = 0; symbol < next.length; symbol++) {
      int place = count;
      while (place > 0 && next[symbol] > best[place - 1].probability()) {
        place--;
      }
      if (place < best.length) {
        count = Math.min(count + 1, best.length);
        System.arraycopy(best, place, best, place + 1, count - place - 1);
        best[place] = new Guess(symbol, next[symbol]);
      }
    }
    return best;
  }

  private void keepCells(int position, Map<String, Tensor> state) {
    float[] values = new float[units];
    for (int layer = 0; layer < cells.size(); layer++) {
      TFloat32 tensor = (TFloat32) state.get((gated ? "c_" : "state_") + layer);
      tensor.copyTo(DataBuffers.of(values));
      for (int unit = 0; unit < units; unit++) {
        // An LSTM's c is unbounded; the states of other cells are within -1 to 1.
        double shown = gated ? Math.tanh(values[unit]) : values[unit];
        long scaled = Math.round(CELL_SCALE * Math.max(-1, Math.min(1, shown)));
        cells.get(layer)[position * units + unit] = (byte) scaled;
      }
    }
  }

  /** {@return the number of symbols} */
  public int length() {
    return symbols.length;
  }

  /** {@return the number of predictions: one for each symbol but the first} */
  public int predictions() {
    return symbols.length - 1;
  }

  /** {@return a symbol's number in the vocabulary; positions count from 0} */
  public int symbol(int position) {
    return symbols[position];
  }

  /** {@return the probability of a symbol, given those before it; none for position 0} */
  public float probability(int position) {
    return probabilities[Objects.checkIndex(position - 1, predictions()) + 1];
  }

  /**
   * {@return the model's surprise in bits, {@code -log2} of {@link #probability}} A probability
   * below the smallest normal float32 counts as that.
   */
  public double bits(int position) {
    return -Math.log(Math.max(probability(position), Float.MIN_NORMAL)) / Math.log(2);
  }

  /** {@return the mean of {@link #bits} over all predictions} */
  public double meanBits() {
    double sum = 0;
    for (int k = 1; k < symbols.length; k++) {
      sum += bits(k);
    }
    return sum / predictions();
  }

  /** {@return the rank of a symbol by probability, 1 for the likeliest; none for position 0} */
  public int rank(int position) {
    return ranks[Objects.checkIndex(position - 1, predictions()) + 1];
  }

  /** {@return the share of symbols that were among so many first guesses, at least 1} */
  public double shareAmongFirst(int guesses) {
    long right = Arrays.stream(ranks).skip(1).filter(rank -> rank <= guesses).count();
    return (double) right / predictions();
  }

  /**
   * {@return the likeliest symbols at a position, at most {@value #GUESSES}, the likeliest first}
   * The last position, the text's length, is the prediction after the last symbol.
   */
  public List<Guess> guesses(int position) {
    return List.of(guesses.get(position - 1));
  }

  /** {@return the number of layers whose cells are kept; 0 if the model does not show them} */
  public int layers() {
    return cells.size();
  }

  /** {@return the number of cells per layer; 0 if the model does not show them} */
  public int units() {
    return units;
  }

  /** {@return whether {@link #cell} is {@code tanh(c)} of an LSTM, not the state itself} */
  public boolean isGated() {
    return gated;
  }

  /** A cell's activation, to two decimals: {@code tanh(c)}, or the state of other cells. */
  public double cell(int layer, int unit, int position) {
    Objects.checkIndex(unit, units);
    Objects.checkIndex(position, symbols.length);
    return cells.get(layer)[position * units + unit] / (double) CELL_SCALE;
  }
}
