package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.OptionalInt;
import org.tensorflow.op.Ops;

/** Options of all functions of the module. */
abstract class LegacyBuilder<B extends LegacyBuilder<B>> {
  final Ops tf;
  private final VariableScope parent;
  private String scopeName;

  LegacyBuilder(Ops tf, VariableScope scope, String defaultScope) {
    this.tf = Objects.requireNonNull(tf, "tf");
    this.parent = Objects.requireNonNull(scope, "scope");
    this.scopeName = defaultScope;
  }

  @SuppressWarnings("unchecked") // B is the class of this object
  final B self() {
    return (B) this;
  }

  /** Name of the scope of variables; by default the function's name in TF1. */
  public B scope(String name) {
    this.scopeName = Objects.requireNonNull(name, "name");
    return self();
  }

  final String scopeName() {
    return scopeName;
  }

  /** The scope that the function's is in. */
  final VariableScope parent() {
    return parent;
  }

  /** The scope of the variables, entered anew. */
  final VariableScope variables() {
    return parent.child(scopeName);
  }

  static int requirePositive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be 1 or more, found %s".formatted(option, value));
    }
    return value;
  }

  static int requireGiven(String function, String option, OptionalInt value) {
    return value.orElseThrow(
        () -> new IllegalArgumentException(function + " needs " + option + ", found none"));
  }
}
