package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that publishes a folder and ends abruptly at the stage of its second argument. */
final class PublishAndDie {
  static final int EXIT_CODE = 137;

  private PublishAndDie() {}

  public static void main(String[] arguments) throws IOException {
    AtomicDirectory.Stage last = AtomicDirectory.Stage.valueOf(arguments[1]);
    AtomicDirectory.publish(
        Path.of(arguments[0]),
        folder -> Files.writeString(folder.resolve("value"), "new"),
        stage -> {
          if (stage == last) {
            Runtime.getRuntime().halt(EXIT_CODE);
          }
        });
  }
}
