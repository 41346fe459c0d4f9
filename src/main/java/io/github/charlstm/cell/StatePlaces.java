package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Counts the parts of a state as TF1 does to give each its seed. */
final class StatePlaces {
  private StatePlaces() {}

  /**
   * For each leaf its place in TF1's count if it is dropped. A part that the filter keeps whole
   * counts as one place, however many leaves it has.
   */
  static List<OptionalInt> of(StateFilter filter, RNNState state) {
    List<OptionalInt> places = new ArrayList<>();
    visit(filter, state, places, 0);
    return places;
  }

  private static int visit(
      StateFilter filter, RNNState level, List<OptionalInt> places, int counted) {
    List<Boolean> answers = filter.choose(level).parts();
    List<RNNState> parts = level.parts();
    boolean one = answers.size() == 1;
    if (!one && answers.size() != parts.size()) {
      throw new IllegalArgumentException(
          "the state filter gave %s answers for the %s parts of %s"
              .formatted(answers.size(), Math.max(1, parts.size()), level.describe()));
    }
    if (one && (parts.isEmpty() || !answers.get(0))) {
      return add(places, level, answers.get(0), counted);
    }
    int next = counted;
    for (int k = 0; k < parts.size(); k++) {
      boolean let = answers.get(one ? 0 : k);
      next =
          let ? visit(filter, parts.get(k), places, next) : add(places, parts.get(k), false, next);
    }
    return next;
  }

  private static int add(List<OptionalInt> places, RNNState part, boolean dropped, int counted) {
    for (int k = 0; k < part.flatten().size(); k++) {
      places.add(dropped ? OptionalInt.of(counted) : OptionalInt.empty());
    }
    return counted + 1;
  }
}
