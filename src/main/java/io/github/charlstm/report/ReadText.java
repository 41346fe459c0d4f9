package io.github.charlstm.report;

import java.util.List;
import java.util.Objects;

/**
 * The text beside a {@link PredictionTrace}, as a person knows it.
 *
 * @param title what the page is called
 * @param pieces a character or a word for each symbol that was read
 * @param known whether each piece is in the vocabulary; if not, the model read it as its unknown
 * @param separator what stands between two pieces: nothing, or a space
 * @param unit {@code character} or {@code word}
 */
public record ReadText(
    String title, List<String> pieces, List<Boolean> known, String separator, String unit) {
  /**
   * Copies the lists.
   *
   * @param title not null
   * @param pieces as many as marks
   * @param known as many as pieces
   * @param separator not null
   * @param unit not null
   */
  public ReadText {
    Objects.requireNonNull(title, "title");
    pieces = List.copyOf(pieces);
    known = List.copyOf(known);
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(unit, "unit");
    if (pieces.size() != known.size()) {
      throw new IllegalArgumentException(
          "expected as many marks as pieces, found " + known.size() + " and " + pieces.size());
    }
  }

  /**
   * The code points, where the pieces are characters.
   *
   * @return one a piece, or none where they are words
   */
  public int[] codePoints() {
    return separator.isEmpty()
        ? pieces.stream().mapToInt(piece -> piece.codePointAt(0)).toArray()
        : new int[0];
  }
}
