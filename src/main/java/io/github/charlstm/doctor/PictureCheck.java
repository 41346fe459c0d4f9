package io.github.charlstm.doctor;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Whether Java can write text into pictures, for which it needs fonts and two libraries. */
final class PictureCheck {
  static final String TOPIC = "pictures";

  private PictureCheck() {}

  static List<Finding> look() {
    return List.of(look(PictureCheck::draw));
  }

  static Finding look(Runnable drawing) {
    try {
      drawing.run();
      return Finding.ok(TOPIC, "text", "can be drawn");
    } catch (RuntimeException | LinkageError | InternalError e) {
      Throwable reason = e;
      while (reason.getCause() != null) {
        reason = reason.getCause();
      }
      return Finding.warning(TOPIC, "text", "cannot be drawn (" + reason + ")", advice(reason));
    }
  }

  private static String advice(Throwable reason) {
    return reason instanceof ClassNotFoundException
        ? "use a Java with the module java.desktop; without it there are no pictures as PNG"
        : "install fonts and what draws them, else there are no pictures as PNG (Debian, Ubuntu:"
            + " apt-get install fontconfig fonts-dejavu-core libfreetype6 libharfbuzz0b)";
  }

  private static void draw() {
    Graphics2D graphics = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 8));
      graphics.drawString("0", 0, 8);
    } finally {
      graphics.dispose();
    }
  }
}
