package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.Activation;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A fully connected layer (Python: {@code tf.layers.Dense}): {@code activation(x kernel + bias)}.
 *
 * <p>Variables: {@code dense/kernel [depth, units]}, with the scope's default initializer, in TF1
 * glorot uniform, and {@code dense/bias [units]}, zeros. Calling it again shares them.
 */
public final class Dense implements OutputLayer {
  private final int units;
  private final Activation activation;
  private final boolean useBias;
  private final Optional<Initializer> kernelInitializer;
  private final Initializer biasInitializer;
  private final Optional<String> name;
  private GraphVariable<? extends TFloating> kernel;
  private GraphVariable<? extends TFloating> bias;

  private Dense(Builder options) {
    units = options.units;
    activation = options.activation;
    useBias = options.useBias;
    kernelInitializer = options.kernelInitializer;
    biasInitializer = options.biasInitializer;
    name = options.name;
  }

  /** A layer of {@code units}, at least 1, with TF1's defaults. */
  public Dense(int units) {
    this(builder(units));
  }

  /** Options of a layer of {@code units}, at least 1; all at TF1's defaults. */
  public static Builder builder(int units) {
    return new Builder(units);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private final int units;
    private Activation activation = Activation.IDENTITY;
    private boolean useBias = true;
    private Optional<Initializer> kernelInitializer = Optional.empty();
    private Initializer biasInitializer = Initializers.zeros();
    private Optional<String> name = Optional.empty();

    private Builder(int units) {
      if (units < 1) {
        throw new IllegalArgumentException("Dense needs at least 1 unit, found " + units);
      }
      this.units = units;
    }

    /** Nonlinearity of the outputs; none by default. */
    public Builder activation(Activation function) {
      this.activation = Objects.requireNonNull(function, "activation");
      return this;
    }

    /** Whether there is a bias; true by default. */
    public Builder useBias(boolean wanted) {
      this.useBias = wanted;
      return this;
    }

    /** Initial values of the kernel; the scope's default if not given. */
    public Builder kernelInitializer(Initializer values) {
      this.kernelInitializer = Optional.of(values);
      return this;
    }

    /** Initial values of the bias; zeros by default. */
    public Builder biasInitializer(Initializer values) {
      this.biasInitializer = Objects.requireNonNull(values, "values");
      return this;
    }

    /**
     * Name of the layer's variable scope, {@code dense} by default; if it is taken, with {@code
     * _1}, {@code _2} and so on behind it.
     */
    public Builder name(String scopeName) {
      this.name = Optional.of(scopeName);
      return this;
    }

    /**
     * Builds the layer.
     *
     * @return a new layer at each call
     */
    public Dense build() {
      return new Dense(this);
    }
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public <T extends TFloating> Operand<T> apply(VariableScope scope, Ops tf, Operand<T> inputs) {
    Shape shape = inputs.shape();
    if (shape.isUnknown() || shape.numDimensions() < 2 || shape.get(-1) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          "Dense expects inputs of shape [..., depth] with a known depth, found %s (tensor %s)"
              .formatted(shape.isUnknown() ? "an unknown shape" : shape, inputs.op().name()));
    }
    build(scope, inputs.type(), shape.get(-1));
    return apply(tf, inputs);
  }

  /** Applies the layer, whose variables are made. */
  <T extends TFloating> Operand<T> apply(Ops tf, Operand<T> inputs) {
    Shape shape = inputs.shape();
    long depth = shape.get(-1);
    if (kernel.shape().get(0) != depth) {
      throw new IllegalArgumentException(
          "this Dense has a kernel %s of shape %s, found inputs of shape %s (tensor %s)"
              .formatted(kernel.name(), kernel.shape(), shape, inputs.op().name()));
    }
    boolean matrix = shape.numDimensions() == 2;
    Operand<T> rows = matrix ? inputs : tf.reshape(inputs, tf.array(-1, (int) depth));
    Operand<T> sums = tf.linalg.matMul(rows, kernel.as(inputs.type()).value());
    if (useBias) {
      sums = tf.nn.biasAdd(sums, bias.as(inputs.type()).value());
    }
    Operand<T> outputs = activation.of(tf, sums);
    return matrix ? outputs : tf.reshape(outputs, outer(tf, inputs));
  }

  private <T extends TFloating> Operand<TInt32> outer(Ops tf, Operand<T> inputs) {
    Operand<TInt32> sizes = tf.shape(inputs);
    int last = inputs.shape().numDimensions() - 1;
    return tf.concat(
        List.of(tf.slice(sizes, tf.array(0), tf.array(last)), tf.array(units)), tf.constant(0));
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {
    if (kernel != null) {
      return;
    }
    VariableScope own = scope.defaultChild(name.orElse("dense"));
    Shape shape = Shape.of(depth, units);
    kernel =
        kernelInitializer.isPresent()
            ? own.getVariable("kernel", dtype, shape, kernelInitializer.get())
            : own.getVariable("kernel", dtype, shape);
    if (useBias) {
      bias = own.getVariable("bias", dtype, Shape.of(units), biasInitializer);
    }
  }
}
