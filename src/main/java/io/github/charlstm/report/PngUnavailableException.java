package io.github.charlstm.report;

import java.io.IOException;
import java.util.Optional;

/** A PNG cannot be drawn here, usually because Java finds no fonts; an SVG can. */
public final class PngUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says why, and what to do.
   *
   * @param cause what AWT threw
   */
  public PngUnavailableException(Throwable cause) {
    super(
        "no PNG: Java cannot draw letters here ("
            + root(cause)
            + "); "
            + advice(cause)
            + "; an SVG needs none of them",
        cause);
  }

  /**
   * Draws a small PNG.
   *
   * @return why that failed; empty if it did not
   */
  public static Optional<PngUnavailableException> here() {
    Drawing letter = new Drawing(8, 8, "", "");
    letter.words("0", 0, 8, 8, Drawing.Anchor.START);
    try {
      PngPicture.bytes(letter);
      return Optional.empty();
    } catch (PngUnavailableException e) {
      return Optional.of(e);
    } catch (IOException e) {
      return Optional.of(new PngUnavailableException(e));
    }
  }

  /** {@return what failed, such as "Fontconfig head is null"} */
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

  // The root says more: "Fontconfig head is null" rather than "InvocationTargetException".
  private static String root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(root.toString());
  }
}
