package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * {@link StaticRnn} whose state is kept from run to run by a state saver (Python: {@code
 * tf.nn.static_state_saving_rnn}): it begins with the saved state, and the final state is saved
 * before the last output or the state is given.
 *
 * @param outputs one for each step, {@code [batch, outputSize]}
 * @param state after the last step of each sequence
 */
public record StaticStateSavingRnn<T extends TFloating>(
    List<Operand<T>> outputs, RNNState<T> state) {
  private static final String NAME = "static_state_saving_rnn";

  public StaticStateSavingRnn {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(state, "state");
  }

  /**
   * Keeps tensors of a state by name (Python: an object with {@code state} and {@code save_state}).
   */
  public interface StateSaver<T extends TFloating> {
    /** The saved tensor, {@code [batch, units]}. */
    Operand<T> state(String name);

    /**
     * Adds the operation that saves a tensor.
     *
     * @param state {@code [batch, units]}
     * @return what must run before the state counts as saved
     */
    Op saveState(String name, Operand<T> state);
  }

  /**
   * Starts a builder of a loop.
   *
   * @param scope variables go into its child {@value StaticRnn#DEFAULT_SCOPE}
   * @param cell built here if it is not yet
   * @param inputs one for each step, float {@code [batch, depth]} with a known depth; at least one
   * @param stateSaver Python: {@code state_saver}
   * @param stateNames a name for each tensor of the cell's state, depth first (Python: {@code
   *     state_name})
   * @throws IllegalArgumentException if there are more or fewer names than tensors
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      RNNCell cell,
      List<? extends Operand<T>> inputs,
      StateSaver<T> stateSaver,
      List<String> stateNames) {
    return new Builder<>(
        tf, cell, StaticRnn.builder(tf, scope, cell, inputs), stateSaver, List.copyOf(stateNames));
  }

  /** Options, with the names and defaults of {@code tf.nn.static_state_saving_rnn}. */
  public static final class Builder<T extends TFloating> {
    private final Ops tf;
    private final RNNCell cell;
    private final StaticRnn.Builder<T> loop;
    private final StateSaver<T> saver;
    private final List<String> names;
    private Optional<String> scopeName = Optional.empty();

    private Builder(
        Ops tf, RNNCell cell, StaticRnn.Builder<T> loop, StateSaver<T> saver, List<String> names) {
      this.tf = tf;
      this.cell = cell;
      this.loop = loop;
      this.saver = Objects.requireNonNull(saver, "stateSaver");
      this.names = names;
      int tensors = cell.stateSize().flatten().size();
      if (names.size() != tensors) {
        throw new IllegalArgumentException(
            "%s expects a state_name for each of the %s tensors of the state %s, found %s"
                .formatted(NAME, tensors, cell.stateSize().describe(), names));
      }
    }

    /** Steps of each sequence; see {@link StaticRnn.Builder#sequenceLength}. */
    public Builder<T> sequenceLength(Operand<? extends TIntegral> lengths) {
      loop.sequenceLength(lengths);
      return this;
    }

    /** Name of the scope; see {@link StaticRnn.Builder#scope}. */
    public Builder<T> scope(String name) {
      loop.scope(name);
      scopeName = Optional.of(name);
      return this;
    }

    /**
     * Adds the steps to the graph, and the operations that read and save the state.
     *
     * @throws IllegalArgumentException as {@link StaticRnn.Builder#build}
     */
    public StaticStateSavingRnn<T> build() {
      List<Operand<T>> saved = names.stream().map(saver::state).toList();
      StaticRnn<T> rnn = loop.initialState(cell.stateSize().pack(saved)).build();
      List<Operand<T>> last = rnn.state().flatten();
      List<Op> saves = new ArrayList<>();
      for (int k = 0; k < last.size(); k++) {
        saves.add(saver.saveState(names.get(k), last.get(k)));
      }
      Ops after =
          RnnArguments.subScope(tf, scopeName.orElse(StaticRnn.DEFAULT_SCOPE))
              .withControlDependencies(saves);
      List<Operand<T>> outputs = new ArrayList<>(rnn.outputs());
      outputs.set(outputs.size() - 1, after.identity(outputs.get(outputs.size() - 1)));
      List<Operand<T>> leaves = new ArrayList<>();
      last.forEach(leaf -> leaves.add(after.identity(leaf)));
      return new StaticStateSavingRnn<>(outputs, rnn.state().pack(leaves));
    }
  }
}
