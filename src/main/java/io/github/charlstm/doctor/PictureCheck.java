package io.github.charlstm.doctor;

import io.github.charlstm.report.PngUnavailableException;
import java.util.List;
import java.util.Optional;

/** Whether pictures can be written as PNG, for which Java needs fonts and two libraries. */
final class PictureCheck {
  static final String TOPIC = "pictures";

  private PictureCheck() {}

  static List<Finding> look() {
    return List.of(look(PngUnavailableException.here()));
  }

  static Finding look(Optional<PngUnavailableException> failure) {
    return failure
        .map(e -> Finding.warning(TOPIC, "PNG", "cannot be drawn (" + e.reason() + ")", e.advice()))
        .orElse(Finding.ok(TOPIC, "PNG", "can be drawn"));
  }
}
