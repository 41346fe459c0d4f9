package io.github.charlstm.sample;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Ends a text before the first occurrence of one of some texts. What may be the beginning of such a
 * text is held back until it is known; all else goes on at once.
 */
final class StopTexts {
  private final List<String> stops;
  private final Consumer<String> sink;
  private final StringBuilder held = new StringBuilder();
  private final Deque<Integer> heldPieces = new ArrayDeque<>(); // how much of each is held
  private int passed; // pieces

  /**
   * @param stops none of them empty
   * @param sink receives the text before the stop
   */
  StopTexts(List<String> stops, Consumer<String> sink) {
    this.stops = stops;
    this.sink = sink;
  }

  /**
   * Where the first of some texts begins; of those that begin together any. -1 if none is there.
   */
  static int indexOf(CharSequence text, List<String> stops) {
    return stops.stream().mapToInt(text.toString()::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  /** Takes the text of one symbol; true if the text ends before one of the stops. */
  boolean accept(String piece) {
    if (stops.isEmpty()) {
      sink.accept(piece);
      passed++;
      return false;
    }
    held.append(piece);
    heldPieces.add(piece.length());
    int at = indexOf(held, stops);
    pass(at >= 0 ? at : held.length() - possibleBeginning());
    return at >= 0;
  }

  /** Passes on what is held back, at the end of a text that no stop ended. */
  void finish() {
    pass(held.length());
  }

  /** How many pieces have been passed on as a whole. */
  int passed() {
    return passed;
  }

  // The length of the longest end of the held text with which a stop begins.
  private int possibleBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (held.substring(held.length() - length).equals(stop.substring(0, length))) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private void pass(int length) {
    if (length > 0) {
      sink.accept(held.substring(0, length));
      held.delete(0, length);
    }
    int left = length;
    while (!heldPieces.isEmpty() && heldPieces.peek() <= left) {
      left -= heldPieces.remove();
      passed++;
    }
    if (left > 0) {
      heldPieces.push(heldPieces.remove() - left);
    }
  }
}
