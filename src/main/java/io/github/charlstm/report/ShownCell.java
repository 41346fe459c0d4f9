package io.github.charlstm.report;

import java.util.Objects;

/**
 * A cell that a page shows.
 *
 * @param layer from 0
 * @param unit from 0
 * @param reason why it is shown, in words
 */
public record ShownCell(int layer, int unit, String reason) {
  /**
   * Checks that both count from 0.
   *
   * @param layer 0 or more
   * @param unit 0 or more
   * @param reason not null
   */
  public ShownCell {
    if (layer < 0 || unit < 0) {
      throw new IllegalArgumentException(
          "layers and units count from 0, found " + layer + " and " + unit);
    }
    Objects.requireNonNull(reason, "reason");
  }

  /** For people. */
  String name() {
    return "layer " + layer + ", unit " + unit;
  }
}
