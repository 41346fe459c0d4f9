package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.loop.DynamicLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * A decoder in a while loop that ends when all sequences are finished (Python: {@code
 * tf.contrib.seq2seq.dynamic_decode}).
 *
 * <p>{@code tf.gradients} differentiates it if it can differentiate a step; memory grows linearly
 * with the steps.
 *
 * @param outputs of all steps, {@code [batch, steps, ...]}, or {@code [steps, batch, ...]} if asked
 *     for
 * @param state after the last step
 * @param sequenceLengths {@code [batch]}, or {@code [batch, beams]}: steps until a sequence was
 *     finished
 */
public record DynamicDecode<F, S>(F outputs, S state, Operand<TInt32> sequenceLengths) {

  /** TF1's default scope. */
  public static final String DEFAULT_SCOPE = "decoder";

  public DynamicDecode {
    Objects.requireNonNull(outputs, "outputs");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(sequenceLengths, "sequenceLengths");
  }

  /**
   * Starts a builder of a loop.
   *
   * @param scope variables go into its child {@value #DEFAULT_SCOPE}, or {@code decoder_1} and so
   *     on if that is taken
   */
  public static <T extends TFloating, S, O, F> Builder<T, S, O, F> builder(
      Ops tf, VariableScope scope, Decoder<T, S, O, F> decoder) {
    return new Builder<>(tf, scope, decoder);
  }

  /** Options, with the names and defaults of {@code dynamic_decode}. */
  public static final class Builder<T extends TFloating, S, O, F> {
    private final Ops tf;
    private final VariableScope parent;
    private final Decoder<T, S, O, F> decoder;
    private boolean outputTimeMajor;
    private boolean imputeFinished;
    private Optional<Operand<TInt32>> maximumIterations = Optional.empty();
    private Optional<String> scopeName = Optional.empty();
    private boolean gradient = true;

    private Builder(Ops tf, VariableScope scope, Decoder<T, S, O, F> decoder) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.parent = Objects.requireNonNull(scope, "scope");
      this.decoder = Objects.requireNonNull(decoder, "decoder");
    }

    /** Whether outputs are {@code [steps, batch, ...]}; false by default. */
    public Builder<T, S, O, F> outputTimeMajor(boolean steps) {
      this.outputTimeMajor = steps;
      return this;
    }

    /**
     * Whether a finished sequence keeps its state and has outputs of zeros; false by default: it
     * goes on until all are finished.
     */
    public Builder<T, S, O, F> imputeFinished(boolean wanted) {
      this.imputeFinished = wanted;
      return this;
    }

    /** The most steps; by default there is no limit. 0 or below takes none. */
    public Builder<T, S, O, F> maximumIterations(int most) {
      return maximumIterations(tf.withName("maximum_iterations").constant(most));
    }

    /** The most steps, a scalar of the graph. */
    public Builder<T, S, O, F> maximumIterations(Operand<TInt32> most) {
      if (!most.shape().isCompatibleWith(Shape.scalar())) {
        throw new IllegalArgumentException(
            "dynamic_decode expects maximum_iterations that is a scalar, found shape %s (tensor %s)"
                .formatted(most.shape(), most.op().name()));
      }
      this.maximumIterations = Optional.of(most);
      return this;
    }

    /** Taken for the sake of Python's programs; steps run one after the other. */
    public Builder<T, S, O, F> parallelIterations(int number) {
      if (number < 1) {
        throw new IllegalArgumentException(
            "dynamic_decode expects parallel_iterations of 1 or more, found " + number);
      }
      return this;
    }

    /** Taken for the sake of Python's programs; nothing is swapped. */
    public Builder<T, S, O, F> swapMemory(boolean wanted) {
      return this;
    }

    /**
     * Name of the scope of variables and operations; a scope of that name that was used before is
     * entered again.
     */
    public Builder<T, S, O, F> scope(String name) {
      this.scopeName = Optional.of(name);
      return this;
    }

    /** Whether the loop has a gradient; true by default. False saves memory. */
    public Builder<T, S, O, F> gradient(boolean wanted) {
      this.gradient = wanted;
      return this;
    }

    /**
     * Adds the loop to the graph.
     *
     * @throws IllegalArgumentException if inputs or state do not fit the decoder, or if the builder
     *     is eager or in the body of a loop
     */
    public DynamicDecode<F, S> build() {
      if (imputeFinished && decoder.tracksOwnFinished()) {
        throw new IllegalArgumentException(
            "dynamic_decode with impute_finished needs a decoder whose sequences stay in place; a"
                + " BeamSearchDecoder exchanges its beams");
      }
      VariableScope variables =
          scopeName.map(parent::child).orElseGet(() -> parent.defaultChild(DEFAULT_SCOPE));
      Ops scope = subScope(scopeName.orElse(DEFAULT_SCOPE));
      Decoder.Start<T, S> start = decoder.initialize(variables, scope);
      DropoutWrapper.drawNoise(
          variables, start.inputs().type(), decoder.cells().toArray(RNNCell[]::new));
      Operand<TBool> done = allOf(scope, start.finished());
      if (maximumIterations.isPresent()) {
        Operand<TBool> none = scope.math.lessEqual(maximumIterations.get(), scope.constant(0));
        done = scope.math.logicalOr(done, none);
      }
      List<Operand<?>> carried = new ArrayList<>();
      carried.add(start.inputs());
      carried.add(start.finished());
      carried.add(scope.fill(scope.shape(start.finished()), scope.constant(0))); // sequence lengths
      carried.addAll(decoder.flattenState(start.state()));
      DynamicLoop loop =
          DynamicLoop.of(
              scope,
              decoder.batchSize(),
              done,
              decoder.sequence().map(List::of).orElse(List.of()),
              carried,
              (body, rows, before) -> step(variables, start, body, rows, before),
              gradient);
      return finish(scope, start, loop);
    }

    // names may hold slashes
    private Ops subScope(String name) {
      Ops scope = tf;
      for (String part : name.split("/", -1)) {
        scope = scope.withSubScope(part);
      }
      return scope;
    }

    @SuppressWarnings("unchecked") // the loop keeps the types
    private DynamicLoop.Result step(
        VariableScope variables,
        Decoder.Start<T, S> start,
        Ops body,
        List<Operand<?>> rows,
        List<Operand<?>> before) {
      Operand<TInt32> time = ((LoopEnvironment) body.scope().env()).time();
      Optional<Operand<T>> row = rows.stream().findFirst().map(tensor -> (Operand<T>) tensor);
      Operand<TBool> finished = (Operand<TBool>) before.get(1);
      Operand<TInt32> lengths = (Operand<TInt32>) before.get(2);
      List<Operand<?>> oldState = before.subList(3, before.size());
      DecodeStep<T> place = new DecodeStep<>(body, variables, time, row);
      Decoder.Next<T, S, O> next =
          decoder.step(
              place, (Operand<T>) before.get(0), decoder.packState(start.state(), oldState));
      Operand<TInt32> nextTime = body.math.add(time, body.constant(1));
      Operand<TBool> nowFinished =
          decoder.tracksOwnFinished()
              ? next.finished()
              : body.math.logicalOr(next.finished(), finished);
      List<Operand<?>> after = new ArrayList<>();
      after.add(next.inputs());
      after.add(nowFinished);
      after.add(body.select(finished, lengths, body.fill(body.shape(lengths), nextTime)));
      List<Operand<?>> outputs = new ArrayList<>(decoder.flattenOutputs(next.outputs()));
      List<Operand<?>> state = new ArrayList<>(decoder.flattenState(next.state()));
      if (imputeFinished) {
        for (int k = 0; k < Math.min(outputs.size(), decoder.imputed()); k++) {
          outputs.set(k, zerosWhere(body, finished, outputs.get(k)));
        }
        for (int k = 0; k < state.size(); k++) {
          state.set(k, keptWhere(body, finished, oldState.get(k), state.get(k)));
        }
      }
      after.addAll(state);
      Operand<TBool> done = allOf(body, nowFinished);
      if (maximumIterations.isPresent()) {
        Operand<TBool> last = body.math.greaterEqual(nextTime, maximumIterations.get());
        done = body.math.logicalOr(done, last);
      }
      return new DynamicLoop.Result(done, after, outputs);
    }

    @SuppressWarnings("unchecked") // the loop keeps the types
    private DynamicDecode<F, S> finish(Ops scope, Decoder.Start<T, S> start, DynamicLoop loop) {
      List<Operand<?>> last = loop.carried();
      S state = decoder.packState(start.state(), last.subList(3, last.size()));
      Decoder.Result<F, S> result = decoder.finish(scope, loop.outputs(), state);
      F outputs = result.outputs();
      if (!outputTimeMajor) {
        List<Operand<?>> leaves = new ArrayList<>(decoder.flattenFinal(outputs));
        leaves.replaceAll(leaf -> batchMajor(scope, leaf));
        outputs = decoder.packFinal(leaves);
      }
      return new DynamicDecode<>(outputs, result.state(), (Operand<TInt32>) last.get(2));
    }

    private static <V extends TType> Operand<V> batchMajor(Ops tf, Operand<V> tensor) {
      int[] order = IntStream.range(0, tensor.shape().numDimensions()).toArray();
      order[0] = 1;
      order[1] = 0;
      return tf.linalg.transpose(tensor, tf.constant(order));
    }

    private static Operand<TBool> allOf(Ops tf, Operand<TBool> finished) {
      return tf.reduceAll(tf.reshape(finished, tf.array(-1)), tf.array(0));
    }

    private static <V extends TType> Operand<V> zerosWhere(
        Ops tf, Operand<TBool> finished, Operand<V> tensor) {
      return tf.select(column(tf, finished, tensor), tf.zerosLike(tensor), tensor);
    }

    @SuppressWarnings("unchecked") // the loop keeps the types
    private static <V extends TType> Operand<V> keptWhere(
        Ops tf, Operand<TBool> finished, Operand<?> before, Operand<V> after) {
      return after.shape().numDimensions() == 0
          ? after
          : tf.select(column(tf, finished, after), (Operand<V>) before, after);
    }

    // finished of as many dimensions as the tensor, the further ones of size 1
    private static Operand<TBool> column(Ops tf, Operand<TBool> finished, Operand<?> tensor) {
      Operand<TBool> result = finished;
      int more = tensor.shape().numDimensions() - finished.shape().numDimensions();
      for (int k = 0; k < more; k++) {
        result = tf.expandDims(result, tf.constant(-1));
      }
      return result;
    }
  }
}
