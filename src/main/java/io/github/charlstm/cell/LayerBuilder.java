package io.github.charlstm.cell;

import io.github.charlstm.graph.Reuse;
import java.util.Objects;
import java.util.Optional;

/**
 * The options that all cells with variables of their own have.
 *
 * @param <B> the builder itself
 */
abstract class LayerBuilder<B extends LayerBuilder<B>> {
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

  abstract B self();

  /**
   * The cell.
   *
   * @return a cell of its own at each call
   */
  public abstract RNNCell build();

  /**
   * Nonlinearity of the inner values; tanh by default.
   *
   * @param function keeps the shape
   * @return this builder
   */
  public B activation(Activation function) {
    this.activation = Objects.requireNonNull(function, "activation");
    return self();
  }

  /**
   * Whether the variables may or must exist already; {@link Reuse#FALSE} by default: they must be
   * new. Two cells then share variables if they have the same scope and name.
   *
   * @param rule for variables that exist already
   * @return this builder
   */
  public B reuse(Reuse rule) {
    this.reuse = Objects.requireNonNull(rule, "reuse");
    return self();
  }

  /**
   * Name of the cell's scope in place of its class's name.
   *
   * @param scopeName letters, digits and the characters _ . -; not empty
   * @return this builder
   */
  public B name(String scopeName) {
    if (!scopeName.matches("[A-Za-z0-9_.-]+")) {
      throw new IllegalArgumentException(
          cell
              + " expects a name of letters, digits and the characters _ . - without a slash, found '"
              + scopeName
              + "'");
    }
    this.name = Optional.of(scopeName);
    return self();
  }

  final int numUnits() {
    return numUnits;
  }

  final Activation activation() {
    return activation;
  }

  final Reuse reuse() {
    return reuse;
  }

  final Optional<String> name() {
    return name;
  }

  final float requireFinite(String option, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(cell + " expects a finite " + option + ", found " + value);
    }
    return value;
  }

  final float requirePositive(String option, float value) {
    if (!(requireFinite(option, value) > 0)) {
      throw new IllegalArgumentException(
          cell + " expects a " + option + " above 0, found " + value);
    }
    return value;
  }
}
