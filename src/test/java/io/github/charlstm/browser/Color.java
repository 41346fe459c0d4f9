package io.github.charlstm.browser;

import java.util.Arrays;

/** A computed colour such as {@code rgba(234, 96, 12, 0.4)}; components from 0 to 1. */
public record Color(double red, double green, double blue, double opacity) {

  /** Parses a colour of {@code getComputedStyle}. */
  public static Color of(String computed) {
    double[] parts =
        Arrays.stream(computed.replaceAll("[^0-9.,]", "").split(","))
            .mapToDouble(Double::parseDouble)
            .toArray();
    return new Color(
        parts[0] / 255, parts[1] / 255, parts[2] / 255, parts.length < 4 ? 1 : parts[3]);
  }

  /** This colour over an opaque one. */
  public Color over(Color other) {
    double under = 1 - opacity;
    return new Color(
        opacity * red + under * other.red,
        opacity * green + under * other.green,
        opacity * blue + under * other.blue,
        1);
  }

  /** Contrast ratio of the Web Content Accessibility Guidelines, from 1 to 21. */
  public double contrast(Color other) {
    double lighter = Math.max(luminance(), other.luminance());
    double darker = Math.min(luminance(), other.luminance());
    return (lighter + 0.05) / (darker + 0.05);
  }

  /** Relative luminance, from 0 (black) to 1 (white). */
  public double luminance() {
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  }

  private static double linear(double part) {
    return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
  }
}
