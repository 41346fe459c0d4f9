package io.github.charlstm.sample;

import io.github.charlstm.data.CharacterText;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How much of a sample is also in another text, such as the one that its model learned. Characters
 * are code points.
 *
 * @param longest the longest part of the sample that is in the text, the first of equals; empty if
 *     they have no character in common
 * @param share of the sample's windows of {@link #WINDOW} characters those that are in the text,
 *     from 0 to 1; empty if the sample is shorter than a window
 */
public record CopiedText(String longest, OptionalDouble share) {
  /** Characters of a window. */
  public static final int WINDOW = 20;

  /**
   * Compares in time and memory proportional to the sample's length, and in time proportional to
   * the text's: a suffix automaton of the sample reads the text (Blumer et al. 1985).
   */
  public static CopiedText of(String sample, CharacterText text) {
    return of(sample, text, WINDOW);
  }

  static CopiedText of(String sample, CharacterText text, int window) {
    int[] characters = sample.codePoints().toArray();
    Automaton automaton = new Automaton(characters);
    Walk all = new Walk(automaton, Integer.MAX_VALUE);
    Walk windows = new Walk(automaton, window);
    boolean[] found = new boolean[automaton.states]; // by the state of a window
    int length = 0;
    int end = 0; // in the sample
    for (int position = 0; position < text.length(); position++) {
      int character = text.codePointAt(position);
      all.read(character);
      windows.read(character);
      int first = automaton.end[all.state];
      if (all.matched > length || all.matched == length && first < end) {
        length = all.matched;
        end = first;
      }
      found[windows.state] |= windows.matched == window;
    }
    return new CopiedText(
        new String(characters, end - length, length), share(automaton, characters, window, found));
  }

  private static OptionalDouble share(
      Automaton automaton, int[] characters, int window, boolean[] found) {
    if (characters.length < window) {
      return OptionalDouble.empty();
    }
    Walk walk = new Walk(automaton, window);
    int copied = 0;
    for (int k = 0; k < characters.length; k++) {
      walk.read(characters[k]);
      copied += k + 1 >= window && found[walk.state] ? 1 : 0;
    }
    return OptionalDouble.of((double) copied / (characters.length - window + 1));
  }

  /** {@return whether a whole sample is a part of a text} */
  public static boolean isPart(String sample, CharacterText text) {
    return of(sample, text).longest().length() == sample.length();
  }

  /** The longest end of what was read, at most {@code limit} characters, that the sample has. */
  private static final class Walk {
    private final Automaton automaton;
    private final int limit;
    private int state;
    private int matched;

    Walk(Automaton automaton, int limit) {
      this.automaton = automaton;
      this.limit = limit;
    }

    void read(int character) {
      int next = automaton.next(state, character);
      while (next < 0 && state != 0) {
        state = automaton.link[state];
        matched = automaton.length[state];
        next = automaton.next(state, character);
      }
      if (next < 0) {
        return;
      }
      state = next;
      matched = Math.min(matched + 1, limit);
      while (automaton.length[automaton.link[state]] >= matched) {
        state = automaton.link[state];
      }
    }
  }

  /**
   * The smallest automaton that accepts every part of a text. A state stands for the parts that end
   * at the same places: {@code length} is that of the longest, {@code end} the first place, and
   * {@code link} the state of the longest part that is an end of them and ends at more places.
   * State 0 is the empty part; its link is itself.
   */
  private static final class Automaton {
    private final int[] length;
    private final int[] link;
    private final int[] end;
    private int states = 1;
    // Transitions, an open hash table of (state, character) with the next state plus 1, and for
    // each state a list of its own.
    private long[] keys;
    private int[] values;
    private int count;
    private final int[] newest; // of a state, the slot of its last transition plus 1, by insertion
    private int[] arcCharacter = new int[16];
    private int[] arcBefore = new int[16];

    Automaton(int[] text) {
      int most = Math.max(2, 2 * text.length);
      length = new int[most];
      link = new int[most];
      end = new int[most];
      newest = new int[most];
      keys = new long[64];
      values = new int[64];
      int last = 0;
      for (int k = 0; k < text.length; k++) {
        last = add(text[k], last, k + 1);
      }
    }

    // Blumer et al.; as long as the character is new, every end of the text gets a transition.
    private int add(int character, int last, int position) {
      int added = states++;
      length[added] = length[last] + 1;
      end[added] = position;
      int state = last;
      while (next(state, character) < 0) {
        put(state, character, added);
        if (state == 0) {
          return added; // linked to 0
        }
        state = link[state];
      }
      int known = next(state, character);
      if (length[known] == length[state] + 1) {
        link[added] = known;
        return added;
      }
      int copy = states++;
      length[copy] = length[state] + 1;
      end[copy] = end[known];
      link[copy] = link[known];
      for (int arc = newest[known]; arc > 0; arc = arcBefore[arc - 1]) {
        put(copy, arcCharacter[arc - 1], next(known, arcCharacter[arc - 1]));
      }
      link[known] = copy;
      link[added] = copy;
      while (next(state, character) == known) {
        put(state, character, copy);
        if (state == 0) {
          break;
        }
        state = link[state];
      }
      return added;
    }

    /** The state after a character, -1 if there is none. */
    int next(int state, int character) {
      return values[slot(state, character)] - 1;
    }

    private int slot(int state, int character) {
      long key = (long) state << 32 | character;
      int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & keys.length - 1;
      while (values[slot] != 0 && keys[slot] != key) {
        slot = slot + 1 & keys.length - 1;
      }
      return slot;
    }

    private void put(int state, int character, int next) {
      int slot = slot(state, character);
      if (values[slot] != 0) {
        values[slot] = next + 1;
        return;
      }
      set(slot, state, character, next);
      if (count == arcCharacter.length) {
        arcCharacter = Arrays.copyOf(arcCharacter, 2 * count);
        arcBefore = Arrays.copyOf(arcBefore, 2 * count);
      }
      arcCharacter[count] = character;
      arcBefore[count] = newest[state];
      newest[state] = ++count;
      if (2 * count > keys.length) {
        grow();
      }
    }

    private void set(int slot, int state, int character, int next) {
      keys[slot] = (long) state << 32 | character;
      values[slot] = next + 1;
    }

    private void grow() {
      long[] before = keys;
      int[] states = values;
      keys = new long[2 * before.length];
      values = new int[keys.length];
      for (int k = 0; k < before.length; k++) {
        if (states[k] != 0) {
          int state = (int) (before[k] >>> 32);
          int character = (int) before[k];
          set(slot(state, character), state, character, states[k] - 1);
        }
      }
    }
  }
}
