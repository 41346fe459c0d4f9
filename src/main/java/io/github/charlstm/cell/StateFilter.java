package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the parts of a state that a {@link DropoutWrapper} may drop (Python: {@code
 * dropout_state_filter_visitor}).
 */
@FunctionalInterface
public interface StateFilter {
  /** TF1's default: all but the memory c of each {@link LSTMStateTuple}. */
  StateFilter DEFAULT =
      level -> level instanceof LSTMStateTuple<?> ? Choice.of(false, true) : Choice.ALL;

  /**
   * Called for the whole state first, then for each part that it chose.
   *
   * @param level a state or a part of one, down to single tensors
   * @return one answer for each part, or a single one for all
   */
  Choice choose(RNNState<?> level);

  /**
   * Which parts one level below may be dropped; a single tensor is a part of itself.
   *
   * @param parts one answer for each part, or a single answer for all
   */
  record Choice(List<Boolean> parts) {
    /** All parts; the filter is then called for each of them. */
    public static final Choice ALL = of(true);

    /** None of the parts. */
    public static final Choice NONE = of(false);

    public Choice {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("a choice needs at least one answer, found none");
      }
    }

    /** One answer for each part, in order: true for what may be dropped. */
    public static Choice of(boolean... parts) {
      List<Boolean> answers = new ArrayList<>();
      for (boolean part : parts) {
        answers.add(part);
      }
      return new Choice(answers);
    }
  }
}
