package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.AtomicDirectory;
import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/**
 * What a model says of a text of which the characters' numbers are only supposed: log-likelihoods
 * of windows, in batches. A window has {@value #BEFORE} symbols, the one at its place, and those
 * after it.
 */
final class WindowScores implements AutoCloseable {
  /** Sequences of a batch. */
  static final int ROWS = 64;

  /** Symbols of a run; a window's place and what follows it are one run. */
  static final int STEPS = 10;

  /** Symbols of a window before its place. */
  static final int BEFORE = 40;

  // Predictions after few symbols say little of a window.
  private static final int WITHOUT_CONTEXT = 20;
  private static final int OWN_BURN_IN = 64;
  private static final int OWN_STEPS = 1500;
  private static final double LEAST_PROBABILITY = 1e-10;

  private final int size;
  private final LanguageModelSession bySymbol;
  private final LanguageModelSession byWindow;

  /**
   * @param variables of the model, by name; others are passed over
   */
  WindowScores(ModelSettings model, Map<String, ? extends Tensor> variables) throws IOException {
    size = model.vocabularySize();
    Path scratch = Files.createTempDirectory("charlstm-recovery");
    try {
      Path bundle = scratch.resolve("variables");
      TensorBundle.write(bundle, variables);
      bySymbol = LanguageModelSession.inference(model, ROWS, 1);
      byWindow = LanguageModelSession.inference(model, ROWS, STEPS);
      bySymbol.restore(bundle);
      byWindow.restore(bundle);
    } finally {
      AtomicDirectory.remove(scratch);
    }
  }

  /** The number of symbols. */
  int size() {
    return size;
  }

  /**
   * What the model writes by itself.
   *
   * @param joint how often number j follows number i, as the sum of its predictions
   * @param entropy of the predictions, in nats: the loss that it expects
   */
  record OwnText(double[][] joint, double entropy) {}

  OwnText ownText(Random random) {
    bySymbol.resetState();
    int[] last = random.ints(ROWS, 0, size).toArray();
    double[][] joint = new double[size][size];
    double entropy = 0;
    for (int t = 0; t < OWN_BURN_IN + OWN_STEPS; t++) {
      float[] predictions = bySymbol.predict(last.clone());
      for (int n = 0; n < ROWS; n++) {
        if (t >= OWN_BURN_IN) {
          for (int j = 0; j < size; j++) {
            double p = predictions[n * size + j];
            joint[last[n]][j] += p;
            entropy -= p > 0 ? p * Math.log(p) : 0;
          }
        }
        last[n] = draw(predictions, n * size, random.nextDouble());
      }
    }
    return new OwnText(joint, entropy / ROWS / OWN_STEPS);
  }

  private int draw(float[] predictions, int from, double uniform) {
    double sum = 0;
    for (int j = 0; j < size; j++) {
      sum += predictions[from + j];
      if (uniform < sum) {
        return j;
      }
    }
    return size - 1;
  }

  /** Nats per character of the blocks that are held out. */
  double heldOutLoss(OrderlessText text, int[] numbers) {
    byWindow.resetState();
    double sum = 0;
    int count = 0;
    for (int t = 0; t < text.blockLength(); t += STEPS) {
      int from = t;
      float[] predictions =
          byWindow.predict(inputs(n -> text.blockStart(n) + from, text, numbers, ROWS));
      for (int row = 0; row < ROWS * STEPS; row++) {
        int k = t + row % STEPS;
        if (k >= WITHOUT_CONTEXT) {
          int next = text.symbols()[text.blockStart(row / STEPS) + k + 1];
          sum -= log(predictions[row * size + numbers[next]]);
          count++;
        }
      }
    }
    return sum / count;
  }

  /** Log-likelihood of each window, by its place. */
  double[] scores(OrderlessText text, List<Integer> places, int[] numbers) {
    double[] scores = new double[places.size()];
    for (int g = 0; g < places.size(); g += ROWS) {
      int first = g;
      int rows = Math.min(ROWS, places.size() - g);
      byWindow.resetState();
      for (int t = -BEFORE; t < STEPS; t += STEPS) {
        int from = t;
        float[] predictions =
            byWindow.predict(inputs(n -> places.get(first + n) + from, text, numbers, rows));
        for (int row = 0; row < rows * STEPS; row++) {
          int k = t + row % STEPS;
          if (k + BEFORE >= WITHOUT_CONTEXT) {
            int next = text.symbols()[places.get(g + row / STEPS) + k + 1];
            scores[g + row / STEPS] += log(predictions[row * size + numbers[next]]);
          }
        }
      }
    }
    return scores;
  }

  /**
   * Adds to {@code gains[a][j]} the log-likelihood of the windows whose place has character a, from
   * there on, if its number were j and those of the others as they are.
   */
  void addGains(
      OrderlessText text,
      List<Integer> places,
      int[] numbers,
      boolean[] candidates,
      double[][] gains) {
    for (int g = 0; g < places.size(); g += ROWS) {
      List<Integer> group = places.subList(g, Math.min(places.size(), g + ROWS));
      int[] ofPlace = group.stream().mapToInt(place -> text.symbols()[place]).toArray();
      byWindow.resetState();
      float[] predictions = {};
      for (int t = -BEFORE; t < 0; t += STEPS) {
        int from = t;
        predictions =
            byWindow.predict(inputs(n -> group.get(n) + from, text, numbers, group.size()));
      }
      for (int n = 0; n < group.size(); n++) {
        for (int j = 0; j < size; j++) {
          gains[ofPlace[n]][j] += log(predictions[((n + 1) * STEPS - 1) * size + j]);
        }
      }
      List<float[]> state = state();
      for (int j = 0; j < size; j++) {
        if (candidates[j]) {
          byWindow.setState(state);
          addFollowing(text, group, numbers, j, gains);
        }
      }
    }
  }

  private void addFollowing(
      OrderlessText text, List<Integer> group, int[] numbers, int number, double[][] gains) {
    int[] inputs = new int[ROWS * STEPS];
    for (int k = 0; k < group.size() * STEPS; k++) {
      int place = group.get(k / STEPS);
      int symbol = text.symbols()[place + k % STEPS];
      inputs[k] = symbol == text.symbols()[place] ? number : numbers[symbol];
    }
    float[] predictions = byWindow.predict(inputs.clone());
    for (int k = 0; k < group.size() * STEPS; k++) {
      if (k % STEPS < STEPS - 1) {
        int character = text.symbols()[group.get(k / STEPS)];
        gains[character][number] += log(predictions[k * size + inputs[k + 1]]);
      }
    }
  }

  private interface Starts {
    int of(int row);
  }

  // Rows without a window read number 0.
  private static int[] inputs(Starts starts, OrderlessText text, int[] numbers, int rows) {
    int[] inputs = new int[ROWS * STEPS];
    for (int k = 0; k < rows * STEPS; k++) {
      inputs[k] = numbers[text.symbols()[starts.of(k / STEPS) + k % STEPS]];
    }
    return inputs;
  }

  private static double log(float probability) {
    return Math.log(Math.max(probability, LEAST_PROBABILITY));
  }

  private List<float[]> state() {
    List<float[]> values = new ArrayList<>();
    for (Tensor tensor : byWindow.state().values()) {
      float[] copy = new float[Math.toIntExact(tensor.shape().size())];
      ((TFloat32) tensor).asRawTensor().data().asFloats().read(copy);
      values.add(copy);
    }
    return values;
  }

  @Override
  public void close() {
    bySymbol.close();
    byWindow.close();
  }
}
