package io.github.charlstm.doctor;

import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Room and the right to write, where the program writes. */
final class DiskCheck {
  private static final String TOPIC = "disk";
  private static final long MEGABYTE = 1 << 20;
  // Five checkpoints of 2 x 512 with Adam's slots.
  private static final long RUNS = 200;
  private static final long DATA_SETS = 50;
  private static final long TEMPORARY = 10;

  private DiskCheck() {}

  /**
   * @param natives where TensorFlow's library is unpacked; empty if unknown
   * @param unpacked whether it is
   */
  static List<CheckResult> look(Path runs, Path cache, Optional<Path> natives, boolean unpacked) {
    List<CheckResult> findings = new ArrayList<>();
    findings.add(
        place(
            "runs",
            runs,
            RUNS,
            false,
            "name another folder with --run, or make this one writable"));
    findings.add(
        place(
            "data sets",
            cache,
            DATA_SETS,
            false,
            "name another folder with the variable CHARLSTM_CACHE"));
    natives.map(folder -> natives(folder, unpacked)).ifPresent(findings::add);
    findings.add(temporary(Path.of(System.getProperty("java.io.tmpdir"))));
    return findings;
  }

  private static CheckResult natives(Path folder, boolean unpacked) {
    return unpacked
        ? CheckResult.ok(TOPIC, "natives", folder + ": in use")
        : place("natives", folder, LoadFailure.UNPACKED_MEGABYTES, false, LoadFailure.OTHER_FOLDER);
  }

  // Java does not create this folder.
  static CheckResult temporary(Path folder) {
    String name = "temporary files";
    String advice = "name another folder with CHARLSTM_JAVA_OPTS=-Djava.io.tmpdir=FOLDER";
    return Files.isDirectory(folder)
        ? place(name, folder, TEMPORARY, true, advice)
        : CheckResult.problem(TOPIC, name, folder + ": there is no such folder", advice);
  }

  /**
   * @param megabytes that it should have room for
   * @param needed whether nothing works without it
   */
  static CheckResult place(
      String name, Path folder, long megabytes, boolean needed, String advice) {
    Path there = folder.toAbsolutePath().normalize();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null) {
      return CheckResult.warning(TOPIC, name, folder + ": no such disk", advice);
    }
    String shown = folder + (Files.exists(folder) ? "" : " (not there yet)");
    try {
      Files.delete(Files.createTempFile(there, "charlstm-doctor", ".tmp"));
    } catch (IOException e) {
      String reason = shown + ": cannot be written to (" + FileFailures.reason(e) + ")";
      return needed
          ? CheckResult.problem(TOPIC, name, reason, advice)
          : CheckResult.warning(TOPIC, name, reason, advice);
    }
    return room(
        name,
        shown + ": writable",
        there.toFile().getTotalSpace(),
        there.toFile().getUsableSpace(),
        megabytes);
  }

  /**
   * @param total bytes of the disk; 0 if the system does not tell
   * @param free bytes of them
   */
  static CheckResult room(String name, String shown, long total, long free, long megabytes) {
    if (total == 0) {
      return CheckResult.ok(TOPIC, name, shown);
    }
    String found = String.format(Locale.ROOT, "%s, %,d MB free", shown, free / MEGABYTE);
    return free < megabytes * MEGABYTE
        ? CheckResult.warning(
            TOPIC, name, found, "make room on that disk: " + megabytes + " MB may be needed there")
        : CheckResult.ok(TOPIC, name, found);
  }
}
