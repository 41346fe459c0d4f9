package io.github.charlstm.train;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Which text a run learns, and on which it is scored.
 *
 * @param source name of the data set, or path of the file or folder as the user gave it
 * @param dataSet whether it is a data set
 * @param sha256 of the text in UTF-8 with newlines as {@code \n}; empty if not known
 * @param read how its bytes are read
 * @param more the files or folders after the first
 * @param validation the text to validate on, {@link HeldOut#NONE} if it is a share of the text
 * @param test the text to test on, likewise
 */
public record TextReference(
    String source,
    boolean dataSet,
    String sha256,
    TextFormat read,
    List<String> more,
    HeldOut validation,
    HeldOut test) {

  /** A text of its own to validate or to test on: where it is, and its SHA-256. */
  public record HeldOut(String source, String sha256) {
    /** There is none. */
    public static final HeldOut NONE = new HeldOut("", "");

    public HeldOut {
      requireDigest(sha256);
    }

    /** {@return whether there is one} */
    public boolean isKnown() {
      return !sha256.isEmpty();
    }
  }

  public TextReference {
    requireDigest(sha256);
    more = List.copyOf(more);
  }

  /** One text. */
  public TextReference(String source, boolean dataSet, String sha256, TextFormat read) {
    this(source, dataSet, sha256, read, List.of(), HeldOut.NONE, HeldOut.NONE);
  }

  private static void requireDigest(String sha256) {
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw new IllegalArgumentException(
          "a SHA-256 has 64 lower-case hexadecimal digits, found '" + sha256 + "'");
    }
  }

  /** {@return the text of an imported run, whose files do not say which it was} */
  public static TextReference unknown() {
    return new TextReference("", false, "", TextFormat.UTF_8);
  }

  /** {@return whether the text is known} */
  public boolean isKnown() {
    return !sha256.isEmpty();
  }

  /** {@return the source, and how many more there are} */
  public String describe() {
    return more.isEmpty() ? source : source + " and " + more.size() + " more";
  }

  /** {@return the reference of a decoded text} */
  public static TextReference of(
      String source, boolean dataSet, CharacterText text, TextFormat read) {
    return new TextReference(source, dataSet, text.sha256(), read);
  }

  /** {@return the reference of files and folders, at least one, that were read as one text} */
  public static TextReference ofFiles(List<String> paths, CharacterText text, TextFormat read) {
    return new TextReference(
        paths.get(0),
        false,
        text.sha256(),
        read,
        paths.subList(1, paths.size()),
        HeldOut.NONE,
        HeldOut.NONE);
  }

  /** {@return the source and all more, in order} */
  public List<String> sources() {
    List<String> all = new ArrayList<>(List.of(source));
    all.addAll(more);
    return all;
  }

  /** {@return the same, with texts of their own to validate and to test on} */
  public TextReference withHeldOut(HeldOut toValidate, HeldOut toTest) {
    return new TextReference(source, dataSet, sha256, read, more, toValidate, toTest);
  }
}
