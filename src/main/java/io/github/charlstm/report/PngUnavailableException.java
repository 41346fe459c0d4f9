package io.github.charlstm.report;

import java.io.IOException;

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
            + reason(cause)
            + "); on Debian or Ubuntu: apt-get install fontconfig fonts-dejavu-core libharfbuzz0b;"
            + " an SVG needs none of them",
        cause);
  }

  // The root says more: "Fontconfig head is null" rather than "InvocationTargetException".
  private static String reason(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(root.toString());
  }
}
