package io.github.charlstm;

import java.awt.Font;
import java.awt.image.BufferedImage;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** A test of PNG files: skipped where Java has no fonts, so that the product draws none. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
    value = "io.github.charlstm.NeedsFonts$Fonts#areThere",
    disabledReason = "Java draws no letters here: no fonts, or a library behind them is missing")
public @interface NeedsFonts {

  /** Asks AWT itself, not the code under test. */
  final class Fonts {
    private Fonts() {}

    static boolean areThere() {
      try {
        var graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        return graphics.getFontMetrics().stringWidth("a") > 0;
      } catch (Error | RuntimeException e) {
        return false;
      }
    }
  }
}
