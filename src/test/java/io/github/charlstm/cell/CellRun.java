package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** A few steps of a cell with random weights, compared with a reference in doubles. */
final class CellRun {
  private static final int STEPS = 4;
  private static final int BATCH = 3;
  private static final int DEPTH = 4;
  private static final double TOLERANCE = 1e-6;

  private CellRun() {}

  /** One step of the reference: inputs, leaves of the state and weights give output and leaves. */
  @FunctionalInterface
  interface Reference {
    Next step(double[][] x, List<double[][]> state, Map<String, double[][]> weights);
  }

  record Next(double[][] output, List<double[][]> state) {}

  /** A reference of a cell whose state is one tensor, which is its output as well. */
  @FunctionalInterface
  interface OutputReference extends Reference {
    double[][] output(double[][] x, double[][] state, Map<String, double[][]> weights);

    @Override
    default Next step(double[][] x, List<double[][]> state, Map<String, double[][]> weights) {
      double[][] h = output(x, state.get(0), weights);
      return new Next(h, List.<double[][]>of(h));
    }
  }

  /** Compares outputs and states, step by step; returns the largest output. */
  static double assertAgrees(
      GraphRunner runner, VariableStore store, RNNCell cell, Reference reference) {
    Random random = new Random(5);
    cell.build(store.rootScope().child("rnn"), DEPTH);
    Map<String, double[][]> weights = weights(runner, store, random);
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    List<double[][]> expected = new ArrayList<>();
    for (int width : cell.stateSize().flatten()) {
      float[][] values = Randoms.matrix(random, BATCH, width);
      leaves.add(runner.matrix(values));
      expected.add(doubles(values));
    }
    RNNState<TFloat32> state = cell.stateSize().pack(leaves);
    double largest = 0;
    for (int t = 0; t < STEPS; t++) {
      float[][] x = Randoms.matrix(random, BATCH, DEPTH);
      RNNCell.Step<TFloat32> step = cell.call(runner.tf(), runner.matrix(x), state);
      state = step.state();
      Next next = reference.step(doubles(x), expected, weights);
      expected = next.state();
      largest = Math.max(largest, assertClose(runner.fetch(step.output()), next.output()));
      List<float[]> found = runner.fetch(state.flatten());
      for (int k = 0; k < found.size(); k++) {
        assertClose(found.get(k), expected.get(k));
      }
    }
    return largest;
  }

  // Random values for every variable, by name without the cell's scope.
  private static Map<String, double[][]> weights(
      GraphRunner runner, VariableStore store, Random random) {
    Map<String, double[][]> weights = new HashMap<>();
    for (GraphVariable<TFloat32> variable : store.trainable()) {
      Shape shape = variable.shape();
      int columns = (int) shape.get(shape.numDimensions() - 1);
      float[][] values = Randoms.matrix(random, (int) shape.size() / columns, columns);
      float[] flat = new float[(int) shape.size()];
      for (int k = 0; k < flat.length; k++) {
        flat[k] = values[k / columns][k % columns];
      }
      runner.feedAlways(
          variable.value(), TFloat32.tensorOf(shape, DataBuffers.of(flat, true, false)));
      weights.put(variable.name().replaceFirst("^rnn/[^/]+/", ""), doubles(values));
    }
    return weights;
  }

  private static double assertClose(float[] found, double[][] expected) {
    int columns = expected[0].length;
    assertThat(found).hasSize(expected.length * columns);
    double largest = 0;
    for (int k = 0; k < found.length; k++) {
      double value = expected[k / columns][k % columns];
      assertThat((double) found[k])
          .isCloseTo(value, within(TOLERANCE * Math.max(1, Math.abs(value))));
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  static double[][] doubles(float[][] values) {
    double[][] copy = new double[values.length][values[0].length];
    for (int n = 0; n < values.length; n++) {
      for (int k = 0; k < values[n].length; k++) {
        copy[n][k] = values[n][k];
      }
    }
    return copy;
  }
}
