package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/** Options of all loops. */
abstract class LoopBuilder<T extends TFloating, B extends LoopBuilder<T, B>> {
  final Ops tf;
  String scopeName;
  final VariableScope variables; // the parent of the loop's scope

  LoopBuilder(Ops tf, VariableScope scope, String defaultScope) {
    this.tf = Objects.requireNonNull(tf, "tf");
    this.variables = Objects.requireNonNull(scope, "scope");
    this.scopeName = defaultScope;
  }

  @SuppressWarnings("unchecked") // B is the class of this object
  final B self() {
    return (B) this;
  }

  /**
   * Name of the scope of variables and operations, which may contain slashes as in TF1; by default
   * TF1's name for this loop.
   */
  public B scope(String name) {
    this.scopeName = Objects.requireNonNull(name, "name");
    return self();
  }

  /** The scope of the loop's variables, entered anew. */
  final VariableScope variables() {
    return variables.child(scopeName);
  }

  /** The name scope of the loop's operations. */
  final Ops operations() {
    return RnnArguments.subScope(tf, scopeName);
  }

  /** Options of the loops over one cell. */
  abstract static class OneCell<T extends TFloating, B extends OneCell<T, B>>
      extends LoopBuilder<T, B> {
    final RNNCell cell;
    Optional<RNNState<T>> initialState = Optional.empty();

    OneCell(Ops tf, VariableScope scope, RNNCell cell) {
      super(tf, scope, StaticRnn.DEFAULT_SCOPE);
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    /** State before the first step, as {@code cell.zeroState} gives it; zeros by default. */
    public B initialState(RNNState<T> state) {
      this.initialState = Optional.of(Objects.requireNonNull(state, "state"));
      return self();
    }

    /** Type of the inputs. */
    abstract Class<T> dtype();

    /** The initial state, by default zeros. */
    final RNNState<T> initialState(Ops loop, long knownBatch, Supplier<Operand<TInt32>> batch) {
      initialState.ifPresent(cell::requireFits);
      return initialState
          .map(given -> cell.stateSize().pack(given.flatten()))
          .orElseGet(() -> zeroState(loop, knownBatch, batch));
    }

    final RNNState<T> zeroState(Ops loop, long knownBatch, Supplier<Operand<TInt32>> batch) {
      return knownBatch == Shape.UNKNOWN_SIZE
          ? cell.zeroState(loop, batch.get(), dtype())
          : cell.zeroState(loop, Math.toIntExact(knownBatch), dtype());
    }
  }

  /** Options of the bidirectional loops. */
  abstract static class TwoCells<T extends TFloating, B extends TwoCells<T, B>>
      extends LoopBuilder<T, B> {
    final RNNCell cellForward;
    final RNNCell cellBackward;
    Optional<Operand<? extends TIntegral>> sequenceLength = Optional.empty();
    Optional<RNNState<T>> stateForward = Optional.empty();
    Optional<RNNState<T>> stateBackward = Optional.empty();

    TwoCells(Ops tf, VariableScope scope, RNNCell cellForward, RNNCell cellBackward) {
      super(tf, scope, BidirectionalDynamicRnn.DEFAULT_SCOPE);
      this.cellForward = Objects.requireNonNull(cellForward, "cellForward");
      this.cellBackward = Objects.requireNonNull(cellBackward, "cellBackward");
    }

    /**
     * Steps of each sequence (Python: {@code sequence_length}), int32 or int64 {@code [batch]},
     * each from 0 to T, as in TF1, whose {@code reverse_sequence} refuses others; all T by default.
     */
    public B sequenceLength(Operand<? extends TIntegral> lengths) {
      this.sequenceLength = Optional.of(Objects.requireNonNull(lengths, "lengths"));
      return self();
    }

    /** State of the forward cell before the first step; zeros by default. */
    public B initialStateForward(RNNState<T> state) {
      this.stateForward = Optional.of(Objects.requireNonNull(state, "state"));
      return self();
    }

    /** State of the backward cell before the last step; zeros by default. */
    public B initialStateBackward(RNNState<T> state) {
      this.stateBackward = Optional.of(Objects.requireNonNull(state, "state"));
      return self();
    }
  }
}
