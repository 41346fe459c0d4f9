package io.github.charlstm.cell;

import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** What the wrappers with a projection share: its scope, in which the cell's is, and options. */
abstract class ProjectionWrapper extends CellWrapper {
  private final String scopeName;
  private final Reuse reuse;
  private final Activation activation;
  private VariableScope own;
  private Optional<Linear> projection = Optional.empty();

  ProjectionWrapper(Builder<?> options, String scopeName) {
    super(options.cell);
    this.scopeName = scopeName;
    this.reuse = options.reuse;
    this.activation = options.activation;
  }

  /** The wrapper's own scope, entered at the first build. */
  final VariableScope own(VariableScope scope) {
    if (own == null) {
      own = LayerRNNCell.ownScope(scope, scopeName, reuse);
    }
    return own;
  }

  /** Makes the projection's variables, or checks that they fit. */
  final void project(Class<? extends TFloating> dtype, long depth, int columns) {
    LayerRNNCell.requireDepth(typeName(), depth);
    if (projection.isEmpty()) {
      if (own == null) {
        throw notBuilt();
      }
      projection = Optional.of(Linear.of(typeName(), own, dtype, depth, columns));
    }
    projection.get().requireDepth(dtype, depth);
  }

  /** Width of what is projected. */
  final long projectedDepth() {
    return projection().kernel().shape().get(0);
  }

  final <T extends TFloating> Operand<T> projected(Ops tf, Operand<T> x) {
    return activation.of(tf, projection().of(tf, x));
  }

  private Linear projection() {
    return projection.orElseThrow(this::notBuilt);
  }

  private IllegalStateException notBuilt() {
    return new IllegalStateException(typeName() + ": call build(scope, inputDepth) first");
  }

  /** Options of both wrappers. */
  abstract static class Builder<B extends Builder<B>> {
    private final RNNCell cell;
    private Activation activation = Activation.IDENTITY;
    private Reuse reuse = Reuse.FALSE;

    Builder(RNNCell cell) {
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    @SuppressWarnings("unchecked") // B is the class of this object
    private B self() {
      return (B) this;
    }

    /** Nonlinearity after the projection, none by default. */
    public B activation(Activation function) {
      this.activation = Objects.requireNonNull(function, "activation");
      return self();
    }

    /** Whether the variables may or must exist already; {@link Reuse#FALSE} by default. */
    public B reuse(Reuse rule) {
      this.reuse = Objects.requireNonNull(rule, "reuse");
      return self();
    }
  }

  static int requireWidth(String cell, String option, int width) {
    if (width < 1) {
      throw new IllegalArgumentException(
          "%s expects %s of at least 1, found %s".formatted(cell, option, width));
    }
    return width;
  }
}
