package io.github.charlstm.data;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A public file and the facts by which it is recognised.
 *
 * @param name what the user calls it, lower-case letters, digits and dashes
 * @param description one line on what it is
 * @param source where its bytes come from
 * @param license who may use it and where it was taken from
 * @param digests the SHA-256 digests accepted for the bytes, in lower-case hexadecimal
 * @param content what it holds
 * @param fileName its name in the cache folder
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
  public sealed interface Content permits Text, DigitImages, DigitLabels {
    /**
     * The facts for a list.
     *
     * @return for instance {@code 1,985,223 characters, 83 distinct}
     */
    String summary();
  }

  /**
   * A text.
   *
   * @param characters its length in code points once newlines are {@code \n}
   * @param distinctCharacters how many different code points it has
   */
  public record Text(int characters, int distinctCharacters) implements Content {
    /**
     * Checks the counts.
     *
     * @param characters at least 1
     * @param distinctCharacters at least 1, at most as many as characters
     * @throws IllegalArgumentException if a count is out of range
     */
    public Text {
      require(characters > 0, "character count", characters);
      require(
          distinctCharacters > 0 && distinctCharacters <= characters,
          "count of distinct characters",
          distinctCharacters);
    }

    @Override
    public String summary() {
      return String.format(
          Locale.ROOT, "%,9d characters, %2d distinct", characters, distinctCharacters);
    }
  }

  /**
   * An IDX file of 28 x 28 images for {@link MnistImages#read}.
   *
   * @param count how many
   */
  public record DigitImages(int count) implements Content {
    /**
     * Checks the count.
     *
     * @param count at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public DigitImages {
      require(count > 0, "image count", count);
    }

    @Override
    public String summary() {
      return String.format(Locale.ROOT, "%,9d images of 28 x 28", count);
    }
  }

  /**
   * An IDX file of labels for {@link MnistImages#read}.
   *
   * @param count how many
   */
  public record DigitLabels(int count) implements Content {
    /**
     * Checks the count.
     *
     * @param count at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public DigitLabels {
      require(count > 0, "label count", count);
    }

    @Override
    public String summary() {
      return String.format(Locale.ROOT, "%,9d labels", count);
    }
  }

  /** Where the bytes of a data set come from. */
  public sealed interface Source permits Embedded, Download {}

  /**
   * A resource on the class path; nothing to download.
   *
   * @param resource its name from the root, without a leading slash
   */
  public record Embedded(String resource) implements Source {
    /**
     * Checks the name.
     *
     * @param resource not blank, without a leading slash
     * @throws IllegalArgumentException if it is blank or has one
     */
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
    /**
     * Checks the scheme.
     *
     * @param address of scheme http or https
     * @throws IllegalArgumentException if it has another
     */
    public Download {
      String scheme = address.getScheme();
      if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
        throw new IllegalArgumentException("expected an http or https address, found " + address);
      }
    }
  }

  /**
   * Checks the form of names and digests.
   *
   * @param name lower-case letters, digits and dashes, no dash first
   * @param description not null
   * @param source not null
   * @param license not null
   * @param digests at least one, each of 64 lower-case hexadecimal digits
   * @param content not null
   * @param fileName letters, digits, dots, dashes and underscores, no dot or dash first
   * @throws IllegalArgumentException if a name or a digest has another form, or there is no digest
   */
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
    Objects.requireNonNull(content, "content");
  }

  /**
   * Whether this is a text, which {@link DataSetCache#text} reads.
   *
   * @return false for images and labels
   */
  public boolean isText() {
    return content instanceof Text;
  }

  /**
   * Whether the file comes with the program.
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
