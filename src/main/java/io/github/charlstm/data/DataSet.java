package io.github.charlstm.data;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A public file, identified by its SHA-256.
 *
 * @param name for the user: lower-case letters, digits and dashes, no dash first
 * @param digests the accepted SHA-256 digests, at least one, in lower-case hexadecimal
 * @param fileName its name in the cache folder: letters, digits, dots, dashes and underscores, no
 *     dot or dash first
 */
public record DataSet(
    String name,
    String description,
    Source source,
    String license,
    Set<String> digests,
    Content content,
    String fileName) {

  /** What a data set holds. */
  public sealed interface Content permits Text, Digits {
    /** {@return a summary, for instance {@code 1,985,223 characters, 83 distinct}} */
    String summary();
  }

  /** A text of so many code points, with newlines as {@code \n}. */
  public record Text(int characters, int distinctCharacters) implements Content {
    @Override
    public String summary() {
      return String.format(
          Locale.ROOT, "%,9d characters, %2d distinct", characters, distinctCharacters);
    }
  }

  /** An IDX file for {@link MnistImages#read}, of {@code images of 28 x 28} or {@code labels}. */
  public record Digits(int count, String kind) implements Content {
    @Override
    public String summary() {
      return String.format(Locale.ROOT, "%,9d %s", count, kind);
    }
  }

  /** Where the bytes of a data set come from. */
  public sealed interface Source permits Embedded, Download {}

  /** A resource by its absolute name, without a leading slash; nothing to download. */
  public record Embedded(String resource) implements Source {}

  /** A file at an http or https address. */
  public record Download(URI address) implements Source {
    public Download {
      String scheme = address.getScheme();
      if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
        throw new IllegalArgumentException("expected an http or https address, found " + address);
      }
    }
  }

  public DataSet {
    digests = Set.copyOf(digests);
    require(name.matches("[a-z0-9][a-z0-9-]*"), "name", name);
    require(fileName.matches("[A-Za-z0-9_][A-Za-z0-9._-]*"), "file name", fileName);
    require(!digests.isEmpty(), "SHA-256 digests", "none");
    for (String digest : digests) {
      require(digest.matches("[0-9a-f]{64}"), "SHA-256 digest", digest);
    }
  }

  /** {@return whether this is a text, which {@link DataSetCache#text} reads} */
  public boolean isText() {
    return content instanceof Text;
  }

  /** {@return whether the file is part of the program, so that there is nothing to download} */
  public boolean isEmbedded() {
    return source instanceof Embedded;
  }

  /** Checks a file's SHA-256; {@code failure} gets {@code expected SHA-256 A or B, found C}. */
  void requireDigest(String digest, Function<String, RuntimeException> failure) {
    if (!digests.contains(digest)) {
      String expected = String.join(" or ", new TreeSet<>(digests));
      throw failure.apply("expected SHA-256 " + expected + ", found " + digest);
    }
  }

  private static void require(boolean holds, String what, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("invalid " + what + " of a data set: " + found);
    }
  }
}
