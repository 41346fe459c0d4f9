package io.github.charlstm.model;

import io.github.charlstm.sample.ExclusiveUse;
import io.github.charlstm.sample.HeldState;
import io.github.charlstm.sample.NextSymbolModel.SavedState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * Carries a model's state from one run of a session to the next: the final state's tensors are fed
 * as they are, without a copy through Java.
 *
 * <p>Zeros are fed too instead of left to the graph's default, because a session prepares its graph
 * anew for each set of fed tensors.
 */
final class RecurrentState implements AutoCloseable {
  private final List<String> names;
  private final List<Operand<TFloat32>> initial;
  private final List<Operand<TFloat32>> last;
  private final HeldState<List<? extends Tensor>> current = new HeldState<>();

  RecurrentState(LanguageModel model) {
    names = model.settings().stateNames();
    initial = model.initialState().flatten();
    last = model.finalState().flatten();
    reset();
  }

  /** Goes back to zeros. */
  void reset() {
    List<float[]> zeros = new ArrayList<>();
    for (Operand<TFloat32> leaf : initial) {
      zeros.add(new float[Math.toIntExact(leaf.shape().size())]);
    }
    set(zeros);
  }

  /** Sets the rows of the batch that start to zeros; none for an empty array. */
  void resetRows(boolean[] starts) {
    if (starts.length == 0) {
      return;
    }
    List<float[]> values = new ArrayList<>();
    for (int k = 0; k < current.get().size(); k++) {
      Shape shape = initial.get(k).shape(); // [N, L]
      if (shape.get(0) != starts.length) {
        throw new IllegalArgumentException(
            "starts: expected one for each of the %s rows, found %s"
                .formatted(shape.get(0), starts.length));
      }
      float[] leaf = new float[Math.toIntExact(shape.size())];
      ((TFloat32) current.get().get(k)).asRawTensor().data().asFloats().read(leaf);
      int width = leaf.length / starts.length;
      for (int row = 0; row < starts.length; row++) {
        if (starts[row]) {
          Arrays.fill(leaf, row * width, (row + 1) * width, 0f);
        }
      }
      values.add(leaf);
    }
    set(values);
  }

  /** Takes the given values, one array a leaf, row-major. */
  void set(List<float[]> values) {
    if (values.size() != initial.size()) {
      throw new IllegalArgumentException(
          "the state has " + initial.size() + " tensors, found " + values.size());
    }
    List<TFloat32> tensors = new ArrayList<>();
    for (int k = 0; k < values.size(); k++) {
      Shape shape = initial.get(k).shape();
      if (values.get(k).length != shape.size()) {
        throw new IllegalArgumentException(
            "state tensor %s has shape %s, so %s values; found %s"
                .formatted(k, shape, shape.size(), values.get(k).length));
      }
      tensors.add(TFloat32.tensorOf(shape, DataBuffers.of(values.get(k), true, false)));
    }
    current.set(tensors, () -> tensors.forEach(Tensor::close));
  }

  /** Feeds the current state and asks for the next, behind what the runner fetches already. */
  void connect(Session.Runner runner) {
    connect(runner, last);
  }

  /** As {@link #connect(Session.Runner)}, where the next state is another than the model's. */
  void connect(Session.Runner runner, List<Operand<TFloat32>> next) {
    for (int k = 0; k < initial.size(); k++) {
      runner.feed(initial.get(k), current.get().get(k));
    }
    next.forEach(runner::fetch);
  }

  /** Takes the state's tensors, from {@code first} on, out of a result; closed when it moves on. */
  void advance(Result result, int first) {
    List<Tensor> tensors = new ArrayList<>();
    for (int k = 0; k < last.size(); k++) {
      tensors.add(result.get(first + k));
    }
    current.set(tensors, result);
  }

  /** The current state by {@link ModelSettings#stateNames}. */
  Map<String, Tensor> tensors() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int k = 0; k < current.get().size(); k++) {
      named.put(names.get(k), current.get().get(k));
    }
    return named;
  }

  /** The present state, to go back to: its tensors are shared, not copied. */
  SavedState save(ExclusiveUse use) {
    return current.save(use);
  }

  @Override
  public void close() {
    current.close();
  }
}
