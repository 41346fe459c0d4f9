package io.github.charlstm.report;

import java.io.IOException;
import java.util.Optional;

/** Java cannot draw a PNG on this machine, usually because it finds no fonts. */
public final class PngUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** An exception whose message has the reason and what to install. */
  public PngUnavailableException(Throwable cause) {
    super(
        "no PNG: Java cannot draw letters here ("
            + root(cause)
            + "); "
            + advice(cause)
            + "; an SVG needs none of them",
        cause);
  }

  /** {@return the failure to draw a small PNG; empty if there is none} */
  public static Optional<PngUnavailableException> here() {
    Drawing letter = new Drawing(8, 8, "", "");
    letter.text("0", 0, 8, 8, Drawing.Anchor.START);
    try {
      PngPicture.bytes(letter);
      return Optional.empty();
    } catch (PngUnavailableException e) {
      return Optional.of(e);
    } catch (IOException e) {
      return Optional.of(new PngUnavailableException(e));
    }
  }

  /** {@return the message of the root cause, such as "Fontconfig head is null"} */
  public String reason() {
    return root(getCause());
  }

  /** {@return what to install} */
  public String advice() {
    return advice(getCause());
  }

  private static String advice(Throwable cause) {
    return cause instanceof LinkageError && root(cause).startsWith("java.")
        ? "use a Java with the module java.desktop"
        : "on Debian or Ubuntu: apt-get install fontconfig fonts-dejavu-core libfreetype6"
            + " libharfbuzz0b";
  }

  // The root's message is "Fontconfig head is null" where the cause is InvocationTargetException.
  private static String root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(root.toString());
  }
}
