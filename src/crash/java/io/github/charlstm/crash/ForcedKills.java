package io.github.charlstm.crash;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.checkpoint.AtomicDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a process before every single change that it makes in the run's folder, and in the middle of
 * every write; then resumes.
 *
 * <p>There are two processes: one starts a run and writes its first checkpoint; one resumes it,
 * writes the third checkpoint and deletes the first, since two are kept. While TensorFlow writes,
 * the process ends when a file appears.
 */
final class ForcedKills {
  static final int FIRST = Subject.SAVE_EVERY;
  static final int SECOND = 2 * FIRST;
  static final int THIRD = 3 * FIRST;
  static final int END = 3 * FIRST + 2;
  private static final String SYSTEM =
      "-Djava.nio.file.spi.DefaultFileSystemProvider=" + ChangeCountingFileSystem.class.getName();

  /**
   * The result.
   *
   * @param points places at which a process was ended
   * @param changes what the two processes change, in order
   * @param differences from an uninterrupted run, and checkpoints that were lost
   */
  record Outcome(int points, List<String> changes, List<String> differences) {}

  // where a process ends, as system properties of EndAtChange
  private record Point(String name, List<String> properties) {}

  private final Subject subject;
  private final Path place;
  private final int every;
  private final List<String> differences = new ArrayList<>();
  private int points;

  /**
   * @param place for the runs; empty
   * @param every 1 for all points, n for one of n
   */
  ForcedKills(Subject subject, Path place, int every) {
    this.subject = subject;
    this.place = place;
    this.every = every;
  }

  Outcome run() throws IOException, InterruptedException {
    Path uninterrupted = place.resolve("uninterrupted");
    succeed(List.of(), subject.begin(uninterrupted, END));
    Path saved = place.resolve("saved");
    succeed(List.of(), subject.begin(saved, SECOND));
    List<String> changes = new ArrayList<>();
    changes.addAll(endEverywhere(null, uninterrupted));
    changes.addAll(endEverywhere(saved, uninterrupted));
    return new Outcome(points, List.copyOf(changes), List.copyOf(differences));
  }

  private List<String> endEverywhere(Path base, Path uninterrupted)
      throws IOException, InterruptedException {
    Path list = place.resolve(base == null ? "changes-begin.txt" : "changes-resume.txt");
    Path run = prepared(place, base);
    succeed(watched(run, List.of("-D" + EndAtChange.LIST + "=" + list)), command(base, run));
    List<String> changes = Files.readAllLines(list);
    List<Point> all = pointsOf(changes);
    for (int k = (base == null ? 0 : 1) % every; k < all.size(); k += every) {
      endAt(all.get(k), base, uninterrupted);
    }
    return changes;
  }

  private List<Point> pointsOf(List<String> changes) {
    List<Point> all = new ArrayList<>();
    for (int k = 1; k <= changes.size(); k++) {
      String change = changes.get(k - 1).replace('\t', ' ');
      String number = "-D" + EndAtChange.CHANGE + "=" + k;
      all.add(new Point("before change " + k + " (" + change + ")", List.of(number)));
      if (change.startsWith("write ")) {
        all.add(
            new Point(
                "in the middle of change " + k + " (" + change + ")",
                List.of(number, "-D" + EndAtChange.HALF + "=true")));
      }
    }
    for (String file : subject.nativeFiles()) {
      all.add(
          new Point(
              "while TensorFlow writes " + file,
              List.of("-D" + EndAtChange.NATIVE_FILE + "=" + file)));
    }
    return all;
  }

  private void endAt(Point point, Path base, Path uninterrupted)
      throws IOException, InterruptedException {
    Path run = prepared(place, base);
    ChildProcess.Ended ended = Charlstm.run(watched(run, point.properties()), command(base, run));
    points++;
    if (ended.code() != EndAtChange.EXIT_CODE) {
      differences.add(point.name() + ": ended with " + ended.code() + ", " + ended.err().strip());
      return;
    }
    boolean any = subject.hasCheckpoint(run);
    long saved = any ? subject.savedSteps(run) : 0;
    if (base != null && saved < SECOND) {
      differences.add(point.name() + ": back to step " + saved);
    }
    try {
      subject.finish(run, uninterrupted, END);
    } catch (IOException | RuntimeException e) {
      differences.add(point.name() + ": cannot go on: " + e.getMessage());
      return;
    }
    Comparison.differences(subject, run, uninterrupted)
        .forEach(difference -> differences.add(point.name() + ": " + difference));
  }

  private List<String> command(Path base, Path run) {
    return base == null ? subject.begin(run, FIRST) : subject.resume(run, THIRD);
  }

  private static List<String> watched(Path run, List<String> properties) {
    List<String> options = new ArrayList<>(properties);
    options.add(SYSTEM);
    options.add("-D" + EndAtChange.FOLDER + "=" + run.toAbsolutePath().normalize());
    return options;
  }

  static void succeed(List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    ChildProcess.Ended ended = Charlstm.run(options, arguments);
    if (ended.code() != 0) {
      throw new IOException("charlstm " + arguments + " failed: " + ended.err().strip());
    }
  }

  static Path prepared(Path place, Path base) throws IOException {
    Path run = place.resolve("run");
    if (Files.exists(run)) {
      AtomicDirectory.remove(run);
    }
    if (base != null) {
      copyTree(base, run);
    }
    return run;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
