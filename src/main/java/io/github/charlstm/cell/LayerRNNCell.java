package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Base of the cells with variables of their own (Python: {@code LayerRNNCell}). */
abstract class LayerRNNCell extends RNNCell {
  private final String scopeName;
  private final Reuse reuse;
  private final Activation activation;
  private final int numUnits;
  private long inputDepth;
  private Class<? extends TFloating> dtype;
  private GraphVariable<?> kernel;

  LayerRNNCell(LayerBuilder<?> options, String defaultName) {
    numUnits = options.numUnits;
    activation = options.activation;
    reuse = options.reuse;
    scopeName = options.name.orElse(defaultName);
  }

  /**
   * Makes the variables.
   *
   * @param own the cell's own scope
   * @return the kernel that the inputs are multiplied with, {@code [depth + units, ...]}
   */
  abstract <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth);

  /** One step; the shapes of inputs and state are checked. */
  abstract <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state);

  @Override
  public final <T extends TFloating> void build(VariableScope scope, Class<T> type, long depth) {
    requireDepth(typeName(), depth);
    if (kernel == null) {
      kernel = createVariables(ownScope(scope, scopeName, reuse), type, depth);
      inputDepth = depth;
      dtype = type;
    } else if (type != dtype) {
      throw new IllegalArgumentException(
          ("this %s's variable %s is of %s, found inputs of %s"
                  + " (use a cell of its own for each type)")
              .formatted(typeName(), kernel.name(), Dtypes.name(dtype), Dtypes.name(type)));
    } else if (depth != inputDepth) {
      Shape needed = Shape.of(kernel.shape().get(0) - inputDepth + depth, kernel.shape().get(1));
      throw new IllegalArgumentException(
          ("this %s's variable %s has shape %s; inputs of depth %s need %s"
                  + " (use a cell of its own for each layer of another size)")
              .formatted(typeName(), kernel.name(), kernel.shape(), depth, needed));
    }
  }

  /**
   * @throws IllegalArgumentException if the depth is unknown or below 1
   */
  static void requireDepth(String cell, long depth) {
    if (depth == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          cell + " needs inputs of a known depth, found inputs of unknown depth");
    }
    if (depth < 1) {
      throw new IllegalArgumentException(cell + " needs inputs of depth 1 or more, found " + depth);
    }
  }

  // TF1: a layer that may reuse keeps its name, any other takes the next free one.
  static VariableScope ownScope(VariableScope scope, String scopeName, Reuse reuse) {
    return reuse == Reuse.FALSE
        ? scope.defaultChild(scopeName)
        : scope.child(scopeName).withReuse(reuse);
  }

  @Override
  public final <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    if (kernel == null) {
      throw new IllegalStateException(typeName() + ": call build(scope, inputDepth) first");
    }
    requireInputs(inputs, inputDepth);
    Tensors.requireType(typeName(), "inputs", inputs, dtype);
    requireState(inputs, state);
    Tensors.requireOneBatch(typeName(), inputs, state);
    return step(tf, inputs, state);
  }

  final int numUnits() {
    return numUnits;
  }

  final GraphVariable<?> kernel() {
    return kernel;
  }

  final boolean hasTanh() {
    return activation == Activation.TANH;
  }

  final <T extends TFloating> Operand<T> activate(Ops tf, Operand<T> x) {
    return activation.of(tf, x);
  }

  static <T extends TFloating> GraphVariable<T> variable(
      VariableScope own,
      String name,
      Class<T> dtype,
      Shape shape,
      Optional<Initializer> initializer) {
    return initializer
        .map(given -> own.getVariable(name, dtype, shape, given))
        .orElseGet(() -> own.getVariable(name, dtype, shape));
  }

  /** {@code [x, h] kernel}. */
  static <T extends TFloating> Operand<T> product(
      Ops tf, Operand<T> x, Operand<T> h, GraphVariable<?> kernel) {
    Operand<T> joined = tf.concat(List.of(x, h), tf.constant(1));
    return tf.linalg.matMul(joined, kernel.as(x.type()).value());
  }

  /** {@code [x, h] kernel + bias}. */
  static <T extends TFloating> Operand<T> affine(
      Ops tf, Operand<T> x, Operand<T> h, GraphVariable<?> kernel, GraphVariable<?> bias) {
    return tf.nn.biasAdd(product(tf, x, h, kernel), bias.as(x.type()).value());
  }

  /** Options of all cells with variables of their own. */
  abstract static class LayerBuilder<B extends LayerBuilder<B>> {
    private final String cell;
    private final int numUnits;
    private Activation activation = Activation.TANH;
    private Reuse reuse = Reuse.FALSE;
    private Optional<String> name = Optional.empty();

    LayerBuilder(String cell, int numUnits) {
      if (numUnits < 1) {
        throw new IllegalArgumentException(cell + " needs at least 1 unit, found " + numUnits);
      }
      this.cell = cell;
      this.numUnits = numUnits;
    }

    @SuppressWarnings("unchecked") // B is the class of this object
    final B self() {
      return (B) this;
    }

    /**
     * Builds the cell.
     *
     * @return a new cell at each call
     */
    public abstract RNNCell build();

    /**
     * Whether the variables may or must exist already; {@link Reuse#FALSE} by default: they must be
     * new. With reuse, cells of the same scope and name share their variables.
     */
    public B reuse(Reuse rule) {
      this.reuse = Objects.requireNonNull(rule, "reuse");
      return self();
    }

    /**
     * Name of the cell's variable scope, of letters, digits and the characters _ . -; by default
     * the class's name in TF1's spelling.
     */
    public B name(String scopeName) {
      if (!scopeName.matches("[A-Za-z0-9_.-]+")) {
        throw new IllegalArgumentException(
            "%s expects a name of letters, digits and the characters _ . -, found '%s'"
                .formatted(cell, scopeName));
      }
      this.name = Optional.of(scopeName);
      return self();
    }

    final double requireFinite(String option, double value) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            cell + " expects a finite " + option + ", found " + value);
      }
      return value;
    }

    final double requireBound(String option, double value) {
      if (!(value >= 0)) {
        throw new IllegalArgumentException(
            cell + " expects a " + option + " of 0 or more, found " + Tensors.text(value));
      }
      return value;
    }
  }

  /** Options of cells that have a nonlinearity to choose. */
  abstract static class ActivationBuilder<B extends ActivationBuilder<B>> extends LayerBuilder<B> {
    ActivationBuilder(String cell, int numUnits) {
      super(cell, numUnits);
    }

    /** Nonlinearity of the new values, which keeps their shape; tanh by default. */
    public B activation(Activation function) {
      ((LayerBuilder<B>) this).activation = Objects.requireNonNull(function, "activation");
      return self();
    }
  }
}
