package io.github.charlstm.doctor;

import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Room and the right to write, where the program writes. */
final class DiskCheck {
  private static final String TOPIC = "disk";
  private static final long MEGABYTE = 1 << 20;
  // Five checkpoints of 2 x 512 with Adam's slots are about 200 MB.
  private static final long LITTLE = 500 * MEGABYTE;

  private DiskCheck() {}

  /**
   * @param natives where TensorFlow's library is unpacked
   */
  static List<Finding> look(Path runs, Path cache, Path natives) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        place("runs", runs, true, "name another folder with --run, or make this one writable"));
    findings.add(
        place("data sets", cache, false, "name another folder with the variable CHARLSTM_CACHE"));
    findings.add(
        place(
            "natives",
            natives,
            false,
            "name another folder with CHARLSTM_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER"));
    findings.add(temporary(Path.of(System.getProperty("java.io.tmpdir"))));
    return findings;
  }

  // Java makes this one not by itself.
  static Finding temporary(Path folder) {
    String name = "temporary files";
    String advice = "name another folder with CHARLSTM_JAVA_OPTS=-Djava.io.tmpdir=FOLDER";
    return Files.isDirectory(folder)
        ? place(name, folder, true, advice)
        : Finding.problem(TOPIC, name, folder + ": there is no such folder", advice);
  }

  /**
   * @param needed whether nothing works without it
   */
  static Finding place(String name, Path folder, boolean needed, String advice) {
    Path there = folder.toAbsolutePath().normalize();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null) {
      return Finding.warning(TOPIC, name, folder + ": no such disk", advice);
    }
    String shown = folder + (Files.exists(folder) ? "" : " (not there yet)");
    try {
      Files.delete(Files.createTempFile(there, "charlstm-doctor", ".tmp"));
      long free = Files.getFileStore(there).getUsableSpace();
      String room = String.format(Locale.ROOT, "%s: writable, %,d MB free", shown, free / MEGABYTE);
      return free < LITTLE
          ? Finding.warning(TOPIC, name, room, "make room on that disk")
          : Finding.ok(TOPIC, name, room);
    } catch (IOException e) {
      String reason = shown + ": cannot be written to (" + FileFailures.reason(e) + ")";
      return needed
          ? Finding.problem(TOPIC, name, reason, advice)
          : Finding.warning(TOPIC, name, reason, advice);
    }
  }
}
