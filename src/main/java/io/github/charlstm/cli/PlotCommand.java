package io.github.charlstm.cli;

import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

final class PlotCommand implements Command {
  static final Flag<Path> OUT = Flag.path("out", "a .png or .svg file").orElse(Path.of("loss.png"));

  @Override
  public Usage usage() {
    return Usage.of("plot", "draw the losses of runs into one picture, beside the book's")
        .arguments("RUN...")
        .flags(OUT)
        .examples(
            "plot checkpoints/demo",
            "plot checkpoints/anna checkpoints/anna-as-printed --out a.svg");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    if (flags.words().isEmpty()) {
      throw new UsageException("charlstm plot: expected at least one run's folder, found none");
    }
    List<Path> runs = flags.words().stream().map(Path::of).toList();
    Path picture = flags.get(OUT);
    try {
      console.during(
          "drawing",
          () -> {
            LossReport.draw(runs, picture);
            return picture;
          });
    } catch (FileSystemException e) {
      throw new UsageException(
          "%s: %s cannot be written (%s)", OUT, picture, FileFailures.reason(e));
    }
    console.note("drawn: " + picture);
    console.result(() -> Json.object().put("drawn", picture).put("runs", runs));
  }
}
