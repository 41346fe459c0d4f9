package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Looks up the inputs of a cell in a table (Python: {@code tf.contrib.rnn.EmbeddingWrapper}).
 *
 * <p>The inputs are numbers of symbols, {@code [batch, 1]}, from 0 to {@code embedding_classes -
 * 1}. A cell's inputs and states have one type, so the symbols are given as floats; float32 holds
 * whole numbers up to 2^24. The cell reads rows of the table, {@code [batch, embeddingSize]}. To
 * look up all steps at once before the loop costs less, and gives the table a gradient by rows.
 *
 * <p>Variables: {@code embedding_wrapper/embedding [classes, embeddingSize]}, with the initializer
 * that is given, else the scope's, else uniform with variance 1; then the cell's, in the same
 * scope.
 */
public final class EmbeddingWrapper extends CellWrapper {
  private final int classes;
  private final int size;
  private final Optional<Initializer> initializer;
  private final Reuse reuse;
  private VariableScope own;
  private GraphVariable<?> embedding;

  private EmbeddingWrapper(Builder options) {
    super(options.cell);
    classes = options.classes;
    size = options.size;
    initializer = options.initializer;
    reuse = options.reuse;
  }

  /**
   * Options, all at TF1's defaults.
   *
   * @param embeddingClasses number of symbols, at least 1
   * @param embeddingSize width of a symbol's row, at least 1
   */
  public static Builder builder(RNNCell cell, int embeddingClasses, int embeddingSize) {
    return new Builder(cell, embeddingClasses, embeddingSize);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private final RNNCell cell;
    private final int classes;
    private final int size;
    private Optional<Initializer> initializer = Optional.empty();
    private Reuse reuse = Reuse.FALSE;

    private Builder(RNNCell cell, int classes, int size) {
      this.cell = Objects.requireNonNull(cell, "cell");
      this.classes =
          ProjectionWrapper.requireWidth("EmbeddingWrapper", "embedding_classes", classes);
      this.size = ProjectionWrapper.requireWidth("EmbeddingWrapper", "an embedding_size", size);
    }

    /** Initial values of the table. */
    public Builder initializer(Initializer table) {
      this.initializer = Optional.of(Objects.requireNonNull(table, "initializer"));
      return this;
    }

    /** Whether the variables may or must exist already; {@link Reuse#FALSE} by default. */
    public Builder reuse(Reuse rule) {
      this.reuse = Objects.requireNonNull(rule, "reuse");
      return this;
    }

    /** {@return a new wrapper of the same cell} */
    public EmbeddingWrapper build() {
      return new EmbeddingWrapper(this);
    }
  }

  @Override
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    if (embedding == null) {
      throw new IllegalStateException("EmbeddingWrapper: call build(scope, inputDepth) first");
    }
    requireInputs(inputs, 1);
    Operand<TInt32> symbols = tf.reshape(tf.dtypes.cast(inputs, TInt32.class), tf.array(-1)); // [B]
    Operand<T> table = embedding.as(inputs.type()).value();
    return inner.step(tf, tf.gather(table, symbols, tf.constant(0)), state);
  }

  private void embed(VariableScope scope, Class<? extends TFloating> dtype, long inputDepth) {
    if (inputDepth != 1) {
      throw new IllegalArgumentException(
          "EmbeddingWrapper expects inputs of shape [batch, 1], numbers of symbols; found depth "
              + inputDepth);
    }
    if (embedding == null) {
      own = LayerRNNCell.ownScope(scope, "embedding_wrapper", reuse);
      float bound = (float) Math.sqrt(3);
      Initializer values =
          initializer.or(own::initializer).orElse(Initializers.randomUniform(-bound, bound));
      embedding = own.getVariable("embedding", dtype, Shape.of(classes, size), values);
    }
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    embed(scope, dtype, inputDepth);
    super.build(own, dtype, size);
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    embed(scope, inputs.type(), inputDepth);
    return super.firstCall(own, size, tf, inputs, state);
  }
}
