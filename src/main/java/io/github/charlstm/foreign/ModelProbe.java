package io.github.charlstm.foreign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs a graph a few times to learn how it can be read, and refuses what cannot be. */
final class ModelProbe {
  /** The state of a graph without state: all that was read. */
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
   * How a graph is read.
   *
   * @param width symbols that are told apart
   * @param logits whether a softmax is still to do
   * @param reads steps of a run, or {@link #EVERYTHING}
   * @param windows whether a run on several symbols gives a prediction after each
   */
  record Traits(int width, boolean logits, int reads, boolean windows) {

    float[] probabilities(float[] row) {
      if (row.length != width) {
        throw new InteropException(
            "the model predicts " + row.length + " symbols now and " + width + " before");
      }
      return logits ? softmax(row) : row;
    }

    List<String> describe(WindowRunner runner) {
      List<String> lines = new ArrayList<>();
      lines.add(String.format("predicts %s symbols, as %s", width, logits ? "logits" : "shares"));
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
    float[] shares = new float[row.length];
    for (int k = 0; k < row.length; k++) {
      shares[k] = (float) (Math.exp(row[k] - most) / sum);
    }
    return shares;
  }

  private static boolean areShares(float[] row) {
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
    refuse(steps, noState);
    BatchRow first = fromStart(new int[Math.max(1, steps)]);
    if (!first.agrees(fromStart(new int[Math.max(1, steps)]), 0)) {
      throw new InteropException(
          file
              + ": the same input gives different predictions; if dropout is on, name its"
              + " placeholder with --map keep_prob=...");
    }
    int width = first.values()[0].length;
    boolean logits = !areShares(first.values()[0]);
    if (steps > 1) {
      requireOrdered(steps, first);
      return new Traits(width, logits, steps, true);
    }
    boolean windows = steps < 0 && givesARowForEachStep();
    return new Traits(width, logits, noState ? EVERYTHING : 1, windows);
  }

  private void refuse(int steps, boolean noState) {
    if (steps == 0) {
      throw new InteropException(file + ": the graph takes no steps: " + roles.inputs());
    }
    if (steps > 1 && runner.keepsStateInVariables()) {
      throw new InteropException(
          String.format(
              "%s takes exactly %s steps and keeps its state in variables, so it cannot read symbol"
                  + " by symbol; export it with an unknown number of steps",
              file, steps));
    }
    if (steps > 0 && noState) {
      throw new InteropException(
          String.format(
              "%s takes exactly %s steps and no state was found that could go from one run to the"
                  + " next; name it with --map initial_state=... --map final_state=..., or export"
                  + " the model with an unknown number of steps",
              file, steps));
    }
  }

  private BatchRow fromStart(int[] symbols) {
    runner.reset();
    return runner.run(symbols, false);
  }

  private void requireOrdered(int steps, BatchRow first) {
    if (first.values().length != steps) {
      throw new InteropException(
          String.format(
              "%s takes exactly %s steps and predicts only after the last; export it with one step"
                  + " or an unknown number of steps",
              file, steps));
    }
    int[] other = new int[steps];
    Arrays.fill(other, 1, steps, 1);
    BatchRow changed = fromStart(other);
    if (!first.agrees(changed, 0) || !changed.alike()) {
      throw new InteropException(
          String.format(
              "%s takes exactly %s steps, and its first prediction depends on later symbols: it reads"
                  + " in both directions, or its inputs or predictions are not in the order [N, T];"
                  + " such a graph cannot be read symbol by symbol",
              file, steps));
    }
  }

  private boolean givesARowForEachStep() {
    try {
      BatchRow same = fromStart(new int[] {0, 0});
      BatchRow changed = fromStart(new int[] {0, 1});
      return same.values().length == 2 && changed.alike() && same.agrees(changed, 0);
    } catch (InteropException e) {
      return false; // it takes one step at a time
    }
  }
}
