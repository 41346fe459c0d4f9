package io.github.charlstm.data;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  public sealed interface Content permits Text, Works, Digits {
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

  /**
   * The works of Shakespeare: the book's edition has the digest and is such a text, and any other
   * {@link ShakespeareEdition} is accepted too.
   */
  public record Works(Text book) implements Content {
    @Override
    public String summary() {
      return book.summary();
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

  /** A file at one or more http or https addresses, which are tried in turn. */
  public record Download(List<URI> addresses) implements Source {
    public Download {
      addresses = List.copyOf(addresses);
      require(!addresses.isEmpty(), "addresses", "none");
      for (URI address : addresses) {
        String scheme = address.getScheme();
        if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
          throw new IllegalArgumentException("expected an http or https address, found " + address);
        }
      }
    }

    /** A file at these addresses. */
    public Download(URI... addresses) {
      this(List.of(addresses));
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
    return content instanceof Text || anyEdition();
  }

  /** {@return whether a {@link ShakespeareEdition} with another digest is accepted too} */
  public boolean anyEdition() {
    return content instanceof Works;
  }

  /** {@return whether the file is part of the program, so that there is nothing to download} */
  public boolean isEmbedded() {
    return source instanceof Embedded;
  }

  /** {@return the addresses to download from, in the order to try; none if it is embedded} */
  public List<URI> addresses() {
    return source instanceof Download download ? download.addresses() : List.of();
  }

  /** {@return whether these bytes are the file} */
  boolean accepts(byte[] file) {
    return mismatch(file).isEmpty();
  }

  /** Checks a file; {@code failure} gets {@code expected SHA-256 A or B, found C}. */
  void requireAccepted(byte[] file, Function<String, RuntimeException> failure) {
    Optional<String> mismatch = mismatch(file);
    if (mismatch.isPresent()) {
      throw failure.apply(mismatch.get());
    }
  }

  /** {@return what was expected and what these bytes are; empty if they are the file} */
  Optional<String> mismatch(byte[] file) {
    String digest = Digests.of(file);
    if (digests.contains(digest)) {
      return Optional.empty();
    }
    String expected = "expected SHA-256 " + String.join(" or ", new TreeSet<>(digests));
    if (!anyEdition()) {
      return Optional.of(expected + ", found " + digest);
    }
    return ShakespeareEdition.mismatch(file)
        .map(
            found ->
                expected
                    + " or another edition of Project Gutenberg's complete works of Shakespeare,"
                    + " found "
                    + found);
  }

  private static void require(boolean holds, String what, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("invalid " + what + " of a data set: " + found);
    }
  }
}
