package io.github.charlstm.data;

import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Lower case of a long text, piece by piece, as {@link String#toLowerCase} makes it of the whole.
 * Only the Greek capital sigma hangs on its neighbours, so a piece ends where none can look across.
 */
final class LowerCase implements IntConsumer {

  private static final int PIECE = 1 << 12;
  private static final int SIGMA = 0x3A3;

  private final IntConsumer consumer;
  private final int atLeast;
  private final StringBuilder piece = new StringBuilder();
  private int last = SIGMA;

  LowerCase(IntConsumer consumer) {
    this(consumer, PIECE);
  }

  /**
   * @param atLeast length of a piece before it may end
   */
  LowerCase(IntConsumer consumer, int atLeast) {
    this.consumer = consumer;
    this.atLeast = atLeast;
  }

  @Override
  public void accept(int character) {
    if (piece.length() >= atLeast && isWall(last) && isWall(character)) {
      finish();
    }
    piece.appendCodePoint(character);
    last = character;
  }

  void finish() {
    piece.toString().toLowerCase(Locale.ROOT).codePoints().forEach(consumer);
    piece.setLength(0);
  }

  // Letters end a sigma's search for its neighbours; modifier letters, marks and some punctuation
  // do not, and the space is kept from joining a mark.
  private static boolean isWall(int character) {
    return character != SIGMA
        && Character.isLetter(character)
        && Character.getType(character) != Character.MODIFIER_LETTER;
  }
}
