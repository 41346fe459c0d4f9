package io.github.charlstm.doctor;

import io.github.charlstm.report.PngUnavailableException;
import java.util.List;
import java.util.Optional;

/** Whether pictures can be written as PNG, for which Java needs fonts and two libraries. */
final class PictureCheck {
  static final String TOPIC = "pictures";

  private PictureCheck() {}

  static List<CheckResult> look() {
    return List.of(look(PngUnavailableException.here()));
  }

  static CheckResult look(Optional<PngUnavailableException> failure) {
    return failure
        .map(
            e ->
                CheckResult.warning(
                    TOPIC, "PNG", "cannot be drawn (" + e.reason() + ")", e.advice()))
        .orElse(CheckResult.ok(TOPIC, "PNG", "can be drawn"));
  }
}
