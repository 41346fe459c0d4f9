package io.github.charlstm.data;

import java.net.URI;
import java.util.Objects;
import java.util.Set;

/**
 * A public text and the facts by which it is recognised.
 *
 * @param name what the user calls it, lower-case letters, digits and dashes
 * @param description one line on what it is
 * @param source where its bytes come from
 * @param license who may use it and where it was taken from
 * @param digests the SHA-256 digests accepted for the bytes, in lower-case hexadecimal
 * @param characters its length in code points once newlines are {@code \n}
 * @param distinctCharacters how many different code points it has
 * @param fileName its name in the cache folder
 */
public record DataSet(
    String name,
    String description,
    Source source,
    String license,
    Set<String> digests,
    int characters,
    int distinctCharacters,
    String fileName) {

  /** Where the bytes of a data set come from. */
  public sealed interface Source permits Embedded, Download {}

  /**
   * A resource on the class path; nothing to download.
   *
   * @param resource its name from the root, without a leading slash
   */
  public record Embedded(String resource) implements Source {
    /** Checks the name. */
    public Embedded {
      if (resource.isBlank() || resource.startsWith("/")) {
        throw new IllegalArgumentException(
            "a resource is named from the root without a leading slash, found: " + resource);
      }
    }
  }

  /**
   * A file on a web server.
   *
   * @param address an http or https address
   */
  public record Download(URI address) implements Source {
    /** Checks the scheme. */
    public Download {
      String scheme = address.getScheme();
      if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
        throw new IllegalArgumentException("expected an http or https address, found " + address);
      }
    }
  }

  /** Checks the form of the names, digests and counts. */
  public DataSet {
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(license, "license");
    digests = Set.copyOf(digests);
    require(name.matches("[a-z0-9][a-z0-9-]*"), "name", name);
    require(fileName.matches("[A-Za-z0-9_][A-Za-z0-9._-]*"), "file name", fileName);
    require(!digests.isEmpty(), "SHA-256 digests", "none");
    for (String digest : digests) {
      require(digest.matches("[0-9a-f]{64}"), "SHA-256 digest", digest);
    }
    require(characters > 0, "character count", characters);
    require(
        distinctCharacters > 0 && distinctCharacters <= characters,
        "count of distinct characters",
        distinctCharacters);
  }

  /**
   * Whether the text comes with the program.
   *
   * @return true when there is nothing to fetch
   */
  public boolean isEmbedded() {
    return source instanceof Embedded;
  }

  private static void require(boolean holds, String what, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("not a data set's " + what + ": " + found);
    }
  }
}
