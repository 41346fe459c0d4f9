package io.github.charlstm.data;

/**
 * A text in two parts: the beginning, to train on, and the end, held out for validation.
 *
 * @param validation the end; empty if nothing is held out
 */
public record TextSplit(CharacterText training, CharacterText validation) {

  /**
   * Splits a text.
   *
   * @param validationShare the share of its characters (code points) to hold out, from 0 to less
   *     than 1; the count is rounded to the nearest
   * @throws InvalidDataException if the share is out of range, or is above 0 and a part would be
   *     empty
   */
  public static TextSplit of(CharacterText text, double validationShare) {
    if (!(validationShare >= 0 && validationShare < 1)) {
      throw new InvalidDataException(
          "`validation`, the share held out, must be from 0 to less than 1, found "
              + validationShare);
    }
    if (validationShare == 0) {
      return new TextSplit(text, text.slice(text.length(), text.length()));
    }
    int characters = text.length();
    int heldOut = (int) Math.round(characters * validationShare);
    if (heldOut == 0 || heldOut == characters) {
      throw InvalidDataException.of(
          "`validation` %s of %s characters leaves %s to train on and"
              + " %s to validate on; both need at least 1",
          validationShare, characters, characters - heldOut, heldOut);
    }
    int cut = characters - heldOut;
    return new TextSplit(text.slice(0, cut), text.slice(cut, characters));
  }
}
