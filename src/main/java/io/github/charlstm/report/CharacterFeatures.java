package io.github.charlstm.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a person sees in a text at each character, as numbers that a cell may follow. */
final class CharacterFeatures {
  private static final String VOWELS = "aeiouyAEIOUY\u0430\u0435\u0438\u043E\u0443\u044B\u044D";

  private int column;
  private int letters;
  private int sentence;
  private int brackets;
  private boolean quoted;

  private CharacterFeatures() {}

  /**
   * The traits by name, a number for each character once it has been read.
   *
   * @param text code points
   */
  static Map<String, double[]> of(int[] text) {
    Map<String, double[]> traits = new LinkedHashMap<>();
    CharacterFeatures state = new CharacterFeatures();
    for (int k = 0; k < text.length; k++) {
      int position = k;
      state.read(text[k], k > 0 ? text[k - 1] : '\n');
      state
          .now(text[k])
          .forEach(
              (name, value) ->
                  traits.computeIfAbsent(name, any -> new double[text.length])[position] = value);
    }
    return traits;
  }

  private Map<String, Double> now(int character) {
    Map<String, Double> now = new LinkedHashMap<>();
    now.put("inside quotation marks", quoted ? 1.0 : 0);
    now.put("inside brackets", brackets > 0 ? 1.0 : 0);
    now.put("place in the line", (double) column);
    now.put("a new line", character == '\n' ? 1.0 : 0);
    now.put("place in the sentence", (double) sentence);
    now.put("place in the word", (double) letters);
    now.put("between words", Character.isLetter(character) ? 0 : 1.0);
    now.put("a capital letter", Character.isUpperCase(character) ? 1.0 : 0);
    now.put("a vowel", VOWELS.indexOf(character) >= 0 ? 1.0 : 0);
    now.put("a digit", Character.isDigit(character) ? 1.0 : 0);
    return now;
  }

  private void read(int character, int before) {
    column = character == '\n' ? 0 : column + 1;
    letters = Character.isLetter(character) ? letters + 1 : 0;
    sentence = ".!?".indexOf(character) >= 0 ? 0 : sentence + 1;
    switch (character) {
      case '(', '[', '{' -> brackets++;
      case ')', ']', '}' -> brackets = Math.max(0, brackets - 1);
      case '"' -> quoted = !quoted;
      case '\u201C', '\u00AB' -> quoted = true;
      case '\u201D', '\u00BB' -> quoted = false;
      default -> {
        if (character == '\n' && before == '\n') {
          quoted = false; // what a paragraph leaves open is not open in the next
          brackets = 0;
        }
      }
    }
  }
}
