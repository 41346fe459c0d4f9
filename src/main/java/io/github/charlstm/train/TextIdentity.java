package io.github.charlstm.train;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Which text a run learns.
 *
 * @param source name of the data set, or path of the file as the user gave it
 * @param dataSet whether {@code source} is the name of a data set
 * @param sha256 digest of the text in UTF-8, newlines normalised, in lower-case hexadecimals; empty
 *     if nobody knows
 */
public record TextIdentity(String source, boolean dataSet, String sha256) {

  public TextIdentity {
    Objects.requireNonNull(source, "source");
    if (sha256 == null || !sha256.matches("([0-9a-f]{64})?")) {
      throw new IllegalArgumentException(
          "a SHA-256 has 64 lower-case hexadecimal digits, found '" + sha256 + "'");
    }
  }

  /** The text of a run that another program began: nobody wrote down which it was. */
  public static TextIdentity unknown() {
    return new TextIdentity("", false, "");
  }

  /** Whether it is known which text this is. */
  public boolean isKnown() {
    return !sha256.isEmpty();
  }

  /** Identifies a text by its characters. */
  public static TextIdentity of(String source, boolean dataSet, String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new TextIdentity(source, dataSet, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
