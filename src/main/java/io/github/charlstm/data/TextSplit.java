package io.github.charlstm.data;

/**
 * A text to train on, and its end, held out: first what to validate on, then what to test on. A
 * part is empty if its share is 0.
 */
public record TextSplit(CharacterText training, CharacterText validation, CharacterText test) {

  /** Holds out a share for validation only; see {@link #of(CharacterText, double, double)}. */
  public static TextSplit of(CharacterText text, double validationShare) {
    return of(text, validationShare, 0);
  }

  /**
   * Holds out shares of the text's code points, in [0, 1), rounded to the nearest number. An
   * InvalidDataException if a share is out of range, or a part would be empty.
   */
  public static TextSplit of(CharacterText text, double validationShare, double testShare) {
    Lengths lengths = lengths(text.length(), validationShare, testShare, "characters");
    int held = lengths.training + lengths.validation;
    return new TextSplit(
        text.slice(0, lengths.training),
        text.slice(lengths.training, held),
        text.slice(held, text.length()));
  }

  /** The number of characters or documents of each part. */
  record Lengths(int training, int validation) {}

  static Lengths lengths(int all, double validationShare, double testShare, String units) {
    int validation = heldOut(all, "validation", validationShare, "validate", units);
    int test = heldOut(all, "test", testShare, "test", units);
    if ((long) validation + test >= all && all > 0) {
      throw InvalidDataException.of(
          "`validation` %s and `test` %s of %s %s leave none to train on",
          validationShare, testShare, all, units);
    }
    return new Lengths(all - validation - test, validation);
  }

  private static int heldOut(int all, String name, double share, String verb, String units) {
    if (!(share >= 0 && share < 1)) {
      throw new InvalidDataException(
          "`" + name + "`, the share held out, must be from 0 to less than 1, found " + share);
    }
    int heldOut = (int) Math.round(all * share);
    if (share > 0 && (heldOut == 0 || heldOut == all)) {
      throw InvalidDataException.of(
          "`%s` %s of %s %s leaves %s to train on and %s to %s on; both need at least 1",
          name, share, all, units, all - heldOut, heldOut, verb);
    }
    return heldOut;
  }
}
