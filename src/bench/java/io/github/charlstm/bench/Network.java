package io.github.charlstm.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The network that each contender computes: stacked LSTMs, a dense layer on top, softmax
 * cross-entropy, its gradient, optional clipping by the global norm, and Adam.
 *
 * @param input what the first layer reads
 * @param inputs its width: the vocabulary's size for symbols, the columns of a row
 * @param outputs classes of the softmax: the vocabulary's size for symbols
 * @param units of each layer, H; also the width of an embedding
 * @param layers LSTMs on top of each other
 * @param batch sequences, N
 * @param steps of a sequence, T
 * @param keepProb share of each layer's outputs that dropout keeps; 1 for no dropout
 * @param clip bound of the gradients' global norm; 0 for no clip
 * @param learningRate of Adam
 */
public record Network(
    Input input,
    int inputs,
    int outputs,
    int units,
    int layers,
    int batch,
    int steps,
    float keepProb,
    float clip,
    float learningRate) {

  /** What the first layer reads, and what is predicted. */
  public enum Input {
    /** Symbols as rows of zeros with a single one; the next symbol at every step. */
    ONE_HOT,
    /** Symbols as rows of a trained table; the next symbol at every step. */
    EMBEDDING,
    /** Rows of pixels; one class after the last step. */
    ROWS
  }

  public Network {
    for (int size : new int[] {inputs, outputs, units, layers, batch, steps}) {
      if (size < 1) {
        throw new IllegalArgumentException("a network's sizes must be at least 1, found " + size);
      }
    }
    if (input != Input.ROWS && inputs != outputs) {
      throw new IllegalArgumentException(
          "a model of symbols predicts those it reads, found " + inputs + " and " + outputs);
    }
    if (!(keepProb > 0 && keepProb <= 1) || !(clip >= 0) || !(learningRate > 0)) {
      throw new IllegalArgumentException(
          "keepProb must be in (0, 1], clip at least 0, learningRate above 0; found "
              + keepProb
              + ", "
              + clip
              + ", "
              + learningRate);
    }
  }

  /** Whether a class is predicted after every step, and not only after the last. */
  public boolean everyStep() {
    return input != Input.ROWS;
  }

  /** Width of what the first layer multiplies. */
  public int firstWidth() {
    return input == Input.EMBEDDING ? units : inputs;
  }

  /** The same network with another number of steps. */
  public Network withSteps(int other) {
    return new Network(
        input, inputs, outputs, units, layers, batch, other, keepProb, clip, learningRate);
  }

  /** The same network with another batch. */
  public Network withBatch(int other) {
    return new Network(
        input, inputs, outputs, units, layers, other, steps, keepProb, clip, learningRate);
  }

  /** The same network with layers of another width. */
  public Network withUnits(int other) {
    return new Network(
        input, inputs, outputs, other, layers, batch, steps, keepProb, clip, learningRate);
  }

  /** As command line arguments, {@code units=512}, which every contender parses. */
  public List<String> words() {
    return List.of(
        "input=" + input.name().toLowerCase(Locale.ROOT),
        "inputs=" + inputs,
        "outputs=" + outputs,
        "units=" + units,
        "layers=" + layers,
        "batch=" + batch,
        "steps=" + steps,
        "keep_prob=" + keepProb,
        "clip=" + clip,
        "learning_rate=" + learningRate);
  }

  /**
   * Parses what {@link #words} returns.
   *
   * @throws IllegalArgumentException if a word is missing, unknown or no number
   */
  public static Network of(List<String> words) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("expected key=value, found '" + word + "'");
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
    Network network =
        new Network(
            Input.valueOf(take(values, "input").toUpperCase(Locale.ROOT)),
            Integer.parseInt(take(values, "inputs")),
            Integer.parseInt(take(values, "outputs")),
            Integer.parseInt(take(values, "units")),
            Integer.parseInt(take(values, "layers")),
            Integer.parseInt(take(values, "batch")),
            Integer.parseInt(take(values, "steps")),
            Float.parseFloat(take(values, "keep_prob")),
            Float.parseFloat(take(values, "clip")),
            Float.parseFloat(take(values, "learning_rate")));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("a network has no " + values.keySet());
    }
    return network;
  }

  private static String take(Map<String, String> values, String key) {
    String value = values.remove(key);
    if (value == null) {
      throw new IllegalArgumentException("the network's " + key + " is missing");
    }
    return value;
  }
}
