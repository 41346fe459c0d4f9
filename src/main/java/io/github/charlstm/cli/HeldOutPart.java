package io.github.charlstm.cli;

import java.nio.file.Path;
import java.util.Optional;

/** What a run holds out of training: a share of its text, or a file. */
record HeldOutPart(double share, Optional<Path> file) {
  static Flag<HeldOutPart> flag(String name, String help) {
    return Flag.path(name, help).map(HeldOutPart::of);
  }

  private static HeldOutPart of(Path value) {
    double share;
    try {
      share = Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      return new HeldOutPart(0, Optional.of(value));
    }
    if (share >= 0 && share < 1) {
      return share(share);
    }
    throw Flag.expected("a number from 0 to below 1, or a text file", value.toString());
  }

  static HeldOutPart share(double share) {
    return new HeldOutPart(share, Optional.empty());
  }

  @Override
  public String toString() {
    return file.map(Path::toString).orElseGet(() -> String.valueOf(share));
  }
}
