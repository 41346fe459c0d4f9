package io.github.charlstm.foreign;

import io.github.charlstm.foreign.WindowRunner.BatchRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a graph a few times to find how it reads a text, and rejects graphs that cannot read one.
 */
final class ModelProbe {
  /** A graph without state reads the whole text in each run. */
  static final int EVERYTHING = -1;

  private final WindowRunner runner;
  private final TensorRoles roles;
  private final String file;

  ModelProbe(WindowRunner runner, TensorRoles roles, String file) {
    this.runner = runner;
    this.roles = roles;
    this.file = file;
  }

  /**
   * How a graph reads a text.
   *
   * @param width number of symbols in a prediction
   * @param logits whether the predictions are logits, not probabilities
   * @param reads steps of a run, or {@link #EVERYTHING}
   * @param windows whether a run on several symbols gives a prediction after each
   */
  record Traits(int width, boolean logits, int reads, boolean windows) {

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

  Traits examine() {
    int steps = runner.steps();
    boolean noState = roles.initialState().isEmpty() && !runner.keepsStateInVariables();
    requireReadable(steps, noState);
    BatchRow first = fromStart(new int[Math.max(1, steps)]);
    if (!first.agrees(fromStart(new int[Math.max(1, steps)]), 0)) {
      throw InteropException.of(
          "%s: the same input gives different predictions; if dropout is on, name its placeholder:"
              + " `map` keep_prob=...",
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
