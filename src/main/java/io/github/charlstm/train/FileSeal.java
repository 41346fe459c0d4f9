package io.github.charlstm.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.checkpoint.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checksum with which a JSON file ends: SHA-256 of the whole file as it would be with zeros in
 * the checksum's place. A settings file may be valid with a digit changed; this tells.
 */
final class FileSeal {
  static final String KEY = "checksum";
  private static final String ZEROS = "0".repeat(64);
  private static final Pattern AT_THE_END =
      Pattern.compile("\"" + KEY + "\" : \"([0-9a-f]{64})\"\\s*}\\s*\\z");

  private FileSeal() {}

  /** The document's text with its checksum. */
  static String sealed(ObjectNode document, JsonMapper mapper) throws JsonProcessingException {
    String text = mapper.writeValueAsString(document.deepCopy().put(KEY, ZEROS)) + "\n";
    int place = text.lastIndexOf(ZEROS);
    return text.substring(0, place)
        + digest(text.getBytes(StandardCharsets.UTF_8))
        + text.substring(place + ZEROS.length());
  }

  /**
   * @throws CheckpointException if the file has no checksum or another one
   */
  static void check(Path file, byte[] bytes) {
    // One character a byte, so that no change of a byte is lost.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher matcher = AT_THE_END.matcher(text);
    if (!matcher.find()) {
      throw new CheckpointException(file + " is damaged: it does not end with its checksum");
    }
    String blank = text.substring(0, matcher.start(1)) + ZEROS + text.substring(matcher.end(1));
    String found = digest(blank.getBytes(StandardCharsets.ISO_8859_1));
    if (!found.equals(matcher.group(1))) {
      throw new CheckpointException(
          file + " is damaged: it was changed after it was written, its checksum does not fit");
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
