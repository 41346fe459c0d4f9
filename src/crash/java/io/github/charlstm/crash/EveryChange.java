package io.github.charlstm.crash;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The same two runs as {@link ForcedKills}, in this process, which is a hundred times faster. From
 * a change on, nothing reaches the file system, as if the process had been killed; or the change
 * fails as on a full disk, and so do all later ones except deletions.
 */
final class EveryChange {
  /** How the file system ends. */
  enum End {
    DEAD("the file system is dead from then on"),
    DEAD_IN_THE_MIDDLE("the same, the first half of a write done"),
    FULL("the disk is full from then on");

    private final String words;

    End(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** A process id that is not in use. */
  private static final String NOBODY = "999999999";

  /** The simulated end; an Error, so that no code handles it as an I/O failure. */
  private static final class Dead extends Error {
    private static final long serialVersionUID = 1;

    Dead() {
      super("dead", null, false, false);
    }
  }

  /** The result. */
  record Outcome(int points, int changes, List<String> differences, List<String> messages) {}

  private static final class Failing implements ChangeCountingFileSystem.Watcher {
    private final End end;
    private final int fatal;
    private int count;
    private String name = "";

    Failing(End end, int fatal) {
      this.end = end;
      this.fatal = fatal;
    }

    @Override
    public void before(String change, Path path, ChangeCountingFileSystem.Half half)
        throws IOException {
      if (++count < fatal) {
        return;
      }
      if (count == fatal) {
        name = change + " " + path.getFileName();
      }
      if (end == End.FULL) {
        if (!change.equals("delete") && !change.equals("rename")) {
          throw new FileSystemException(path.toString(), null, "No space left on device");
        }
        return;
      }
      if (count == fatal && end == End.DEAD_IN_THE_MIDDLE) {
        half.run();
      }
      throw new Dead();
    }
  }

  private final Subject subject;
  private final Path place;
  private final int every;
  private final List<String> differences = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private int points;
  private int changes;

  EveryChange(Subject subject, Path place, int every) {
    this.subject = subject;
    this.place = place;
    this.every = every;
  }

  Outcome run(End end) throws IOException, InterruptedException {
    Path uninterrupted = place.resolve("uninterrupted");
    Path saved = place.resolve("saved");
    if (!Files.exists(uninterrupted)) {
      ForcedKills.succeed(List.of(), subject.begin(uninterrupted, ForcedKills.END));
      ForcedKills.succeed(List.of(), subject.begin(saved, ForcedKills.SECOND));
    }
    everywhere(end, null, uninterrupted);
    everywhere(end, saved, uninterrupted);
    return new Outcome(points, changes, List.copyOf(differences), List.copyOf(messages));
  }

  private void everywhere(End end, Path base, Path uninterrupted) throws IOException {
    Failing all = new Failing(end, Integer.MAX_VALUE);
    attempt(all, ForcedKills.prepared(place, base), base, uninterrupted);
    changes += all.count;
    for (int k = 1; k <= all.count; k += every) {
      endAt(new Failing(end, k), base, uninterrupted);
    }
  }

  private void endAt(Failing failing, Path base, Path uninterrupted) throws IOException {
    Path run = ForcedKills.prepared(place, base);
    attempt(failing, run, base, uninterrupted);
    points++;
    String point = failing.end + " at change " + failing.fatal + " (" + failing.name + ")";
    try {
      bury(run);
      long saved = subject.hasCheckpoint(run) ? subject.savedSteps(run) : 0;
      if (base != null && saved < ForcedKills.SECOND) {
        differences.add(point + ": back to step " + saved);
      }
      subject.finish(run, uninterrupted, ForcedKills.END);
      Comparison.differences(subject, run, uninterrupted)
          .forEach(difference -> differences.add(point + ": " + difference));
    } catch (IOException | RuntimeException e) {
      differences.add(point + ": cannot go on: " + e);
    }
  }

  private void attempt(Failing failing, Path run, Path base, Path uninterrupted) {
    try {
      subject.finish(
          ChangeCountingFileSystem.wrap(run, failing),
          uninterrupted,
          base == null ? ForcedKills.FIRST : ForcedKills.THIRD);
    } catch (Dead e) {
      // expected
    } catch (IOException | RuntimeException e) {
      messages.add(failing.name + ": " + e.getMessage());
    }
  }

  // A killed process's temporary files have its process id in their names.
  private static void bury(Path run) throws IOException {
    String own = "-" + ProcessHandle.current().pid();
    if (!Files.isDirectory(run)) {
      return;
    }
    try (Stream<Path> children = Files.list(run)) {
      for (Path child : children.toList()) {
        String name = child.getFileName().toString();
        if (name.matches("\\.(tmp|old)-.*") && name.endsWith(own)) {
          String buried = name.substring(0, name.length() - own.length()) + "-" + NOBODY;
          Files.move(child, child.resolveSibling(buried));
        }
      }
    }
  }
}
