package io.github.charlstm.data;

/** A text to train on, and its end, held out for validation; empty if nothing is. */
public record TextSplit(CharacterText training, CharacterText validation) {

  /**
   * Holds out a share of the text's code points, in [0, 1), rounded to the nearest number. An
   * InvalidDataException if the share is out of range, or a part would be empty.
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
