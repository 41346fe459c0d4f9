package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.RnnDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A decoder that attends to states of an encoder (Python: {@code
 * tf.contrib.legacy_seq2seq.attention_decoder}).
 *
 * <p>For each head, with the states {@code s_l} and the decoder's state q: {@code a = softmax_l(v .
 * tanh(W s_l + U q + b))}, {@code read = sum_l a_l s_l}. A step is {@code output, q = cell([input,
 * reads] K + k, q)}, then {@code [output, new reads] P + p}. Vinyals et al., Grammar as a foreign
 * language, NIPS 2015.
 *
 * <p>Variables: {@code AttnW_h}, {@code AttnV_h}, {@code Attention_h/kernel} and {@code bias} of
 * each head h; {@code kernel} and {@code bias} of the inputs; {@code AttnOutputProjection/kernel}
 * and {@code bias}; and those of the cell.
 */
public final class AttentionDecoder {
  private AttentionDecoder() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code attention_decoder}
   * @param decoderInputs one for each step, {@code [batch, depth]} with a known depth; at least one
   * @param initialState of the cell's structure
   * @param attentionStates {@code [batch, length, size]} with a known size
   * @param cell built here if it is not yet
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<Operand<T>> decoderInputs,
      RNNState<T> initialState,
      Operand<T> attentionStates,
      RNNCell cell) {
    return new Builder<>(tf, scope, decoderInputs, initialState, attentionStates, cell);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends LegacyBuilder<Builder<T>> {
    private static final String NAME = "attention_decoder";

    private final List<Operand<T>> decoderInputs;
    private final RNNState<T> initialState;
    private final Operand<T> attentionStates;
    private final RNNCell cell;
    private OptionalInt outputSize = OptionalInt.empty();
    private int numHeads = 1;
    private Optional<RnnDecoder.LoopFunction<T>> loopFunction = Optional.empty();
    private boolean initialStateAttention;

    private Builder(
        Ops tf,
        VariableScope scope,
        List<Operand<T>> decoderInputs,
        RNNState<T> initialState,
        Operand<T> attentionStates,
        RNNCell cell) {
      super(tf, scope, NAME);
      this.decoderInputs = List.copyOf(decoderInputs);
      this.initialState = Objects.requireNonNull(initialState, "initialState");
      this.attentionStates = Objects.requireNonNull(attentionStates, "attentionStates");
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    /** Width of the outputs, at least 1; by default that of the cell's. */
    public Builder<T> outputSize(int size) {
      this.outputSize = OptionalInt.of(requirePositive("output_size", size));
      return this;
    }

    /** Number of heads, at least 1; 1 by default. */
    public Builder<T> numHeads(int heads) {
      this.numHeads = requirePositive("num_heads", heads);
      return this;
    }

    /** Computes a step's input from the previous output; by default inputs are read. */
    public Builder<T> loopFunction(RnnDecoder.LoopFunction<T> function) {
      this.loopFunction = Optional.of(function);
      return this;
    }

    /**
     * Whether the first step reads what the initial state attends to; false by default: it reads
     * zeros.
     */
    public Builder<T> initialStateAttention(boolean wanted) {
      this.initialStateAttention = wanted;
      return this;
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if there are no inputs, or if a shape does not fit
     */
    public Seq2SeqOutput<T> build() {
      requireShapes();
      VariableScope scope = variables();
      Heads<T> heads = new Heads<>(tf, scope, attentionStates, numHeads);
      int width = outputSize.orElse(cell.outputSize());
      List<Operand<T>> outputs = new ArrayList<>();
      RNNState<T> state = initialState;
      List<Operand<T>> reads =
          initialStateAttention ? heads.attend(tf, initialState) : heads.zeros(tf);
      Linear<T> ofInputs = new Linear<>(scope);
      Linear<T> ofOutputs = new Linear<>(scope.child("AttnOutputProjection"));
      for (int t = 0; t < decoderInputs.size(); t++) {
        Operand<T> input = decoderInputs.get(t);
        if (t > 0 && loopFunction.isPresent()) {
          input = loopFunction.get().next(tf, outputs.get(t - 1), t);
          Objects.requireNonNull(input, "the loop function of attention_decoder returned null");
        }
        int depth = Math.toIntExact(input.shape().get(1));
        Operand<T> x = ofInputs.of(tf, joined(input, reads), depth);
        RNNCell.Step<T> step =
            t == 0 ? cell.firstCall(scope, depth, tf, x, state) : cell.call(tf, x, state);
        state = cell.requireStep(step).state();
        reads = heads.attend(tf, state);
        outputs.add(ofOutputs.of(tf, joined(step.output(), reads), width));
      }
      return new Seq2SeqOutput<>(outputs, state);
    }

    private void requireShapes() {
      if (decoderInputs.isEmpty()) {
        throw new IllegalArgumentException(NAME + " needs inputs for at least one step");
      }
      for (Operand<T> input : decoderInputs) {
        Shape shape = input.shape();
        if (shape.isUnknown() || shape.numDimensions() != 2 || shape.get(1) == Shape.UNKNOWN_SIZE) {
          throw new IllegalArgumentException(
              "%s expects inputs of shape [batch, depth] with a known depth, found %s (tensor %s)"
                  .formatted(
                      NAME, shape.isUnknown() ? "an unknown shape" : shape, input.op().name()));
        }
      }
      Shape shape = attentionStates.shape();
      if (shape.isUnknown() || shape.numDimensions() != 3 || shape.get(2) == Shape.UNKNOWN_SIZE) {
        throw new IllegalArgumentException(
            "%s expects attention_states of shape [batch, length, size] with a known size, found %s (tensor %s)"
                .formatted(
                    NAME,
                    shape.isUnknown() ? "an unknown shape" : shape,
                    attentionStates.op().name()));
      }
    }

    private static <V> List<V> joined(V first, List<V> others) {
      List<V> all = new ArrayList<>(List.of(first));
      all.addAll(others);
      return all;
    }
  }

  /** {@code [x, y, ...] kernel + bias}; made at the first call. */
  private static final class Linear<T extends TFloating> {
    private final VariableScope scope;
    private GraphVariable<T> kernel;
    private GraphVariable<T> bias;

    Linear(VariableScope scope) {
      this.scope = scope;
    }

    Operand<T> of(Ops tf, List<Operand<T>> inputs, int size) {
      Operand<T> all = inputs.size() == 1 ? inputs.get(0) : tf.concat(inputs, tf.constant(1));
      if (kernel == null) {
        long depth = inputs.stream().mapToLong(input -> input.shape().get(1)).sum();
        Class<T> dtype = all.type();
        kernel = scope.getVariable("kernel", dtype, Shape.of(depth, size));
        bias = scope.getVariable("bias", dtype, Shape.of(size), Initializers.zeros());
      }
      return tf.nn.biasAdd(tf.linalg.matMul(all, kernel.value()), bias.value());
    }
  }

  /** What the decoder attends to; the features of the states are computed once. */
  private static final class Heads<T extends TFloating> {
    private final Operand<T> states; // [batch, length, size]
    private final int size;
    private final List<Operand<T>> features = new ArrayList<>(); // [batch, length, size] each
    private final List<Operand<T>> vectors = new ArrayList<>(); // [size] each
    private final List<Linear<T>> queries = new ArrayList<>();

    Heads(Ops tf, VariableScope scope, Operand<T> states, int heads) {
      this.states = states;
      this.size = Math.toIntExact(states.shape().get(2));
      Operand<T> rows = tf.reshape(states, tf.array(-1, size));
      for (int head = 0; head < heads; head++) {
        Class<T> dtype = states.type();
        // TF1 convolves with it, which multiplies each state by the matrix
        Operand<T> kernel =
            scope.getVariable("AttnW_" + head, dtype, Shape.of(1, 1, size, size)).value();
        Operand<T> product = tf.linalg.matMul(rows, tf.reshape(kernel, tf.array(size, size)));
        features.add(tf.reshape(product, tf.shape(states)));
        vectors.add(scope.getVariable("AttnV_" + head, dtype, Shape.of(size)).value());
        queries.add(new Linear<>(scope.child("Attention_" + head)));
      }
    }

    List<Operand<T>> zeros(Ops tf) {
      Operand<TInt32> batch = tf.gather(tf.shape(states), tf.constant(0), tf.constant(0));
      Operand<TInt32> shape = tf.stack(List.of(batch, tf.constant(size)));
      Operand<T> zeros = tf.fill(shape, tf.dtypes.cast(tf.constant(0f), states.type()));
      List<Operand<T>> all = new ArrayList<>();
      vectors.forEach(vector -> all.add(zeros));
      return all;
    }

    List<Operand<T>> attend(Ops tf, RNNState<T> query) {
      List<Operand<T>> reads = new ArrayList<>();
      for (int head = 0; head < vectors.size(); head++) {
        Operand<T> y = // [batch, 1, size]
            tf.expandDims(queries.get(head).of(tf, query.flatten(), size), tf.constant(1));
        Operand<T> hidden = tf.math.tanh(tf.math.add(features.get(head), y));
        Operand<T> scores = // [batch, length]
            tf.sum(tf.math.mul(hidden, vectors.get(head)), tf.array(2));
        Operand<T> weights = tf.expandDims(tf.nn.softmax(scores), tf.constant(2));
        reads.add(tf.sum(tf.math.mul(states, weights), tf.array(1)));
      }
      return reads;
    }
  }
}
