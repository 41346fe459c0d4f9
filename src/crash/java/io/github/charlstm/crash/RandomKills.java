package io.github.charlstm.crash;

import io.github.charlstm.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A run that is killed with {@code kill -9} at a random moment and resumed, again and again.
 *
 * <p>Most processes die up to 20 steps and some milliseconds after their first step, one in eight
 * at a random moment of the two seconds in which it starts.
 */
final class RandomKills {
  private static final int MOST_STEPS = 20;
  private static final int MOST_MILLISECONDS = 60;
  private static final int START_MILLISECONDS = 2_000;

  /**
   * The result.
   *
   * @param kills how many processes were killed
   * @param lostSteps steps that were repeated after a kill
   * @param differences from an uninterrupted run
   */
  record Outcome(int kills, long lostSteps, List<String> differences) {}

  private final Subject subject;
  private final Path run;
  private final Random random;
  private final long steps;
  private final int kills;
  private final Map<String, String> printed = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private long lostSteps;

  RandomKills(Subject subject, Path run, int kills, long seed) {
    this.subject = subject;
    this.run = run;
    this.kills = kills;
    this.random = new Random(seed);
    steps = (long) (MOST_STEPS + Subject.SAVE_EVERY) * kills + 10;
  }

  Outcome run(Path uninterrupted) throws IOException, InterruptedException {
    ChildProcess.Ended whole = Charlstm.run(List.of(), subject.begin(uninterrupted, steps));
    require(whole.code() == 0, "the uninterrupted run", whole);
    Map<String, String> expected = losses(whole.out());
    int killed = 0;
    for (int life = 0; killed < kills; life++) {
      killed += liveAndDie(life % 8 == 7) ? 1 : 0;
    }
    ChildProcess.Ended last = Charlstm.run(List.of(), next());
    require(last.code() == 0, "the last process", last);
    take(last.out());
    if (!printed.equals(expected)) {
      differences.add("the printed losses differ");
    }
    differences.addAll(Comparison.differences(subject, run, uninterrupted));
    return new Outcome(killed, lostSteps, List.copyOf(differences));
  }

  private boolean liveAndDie(boolean whileItStarts) throws IOException, InterruptedException {
    long before = saved();
    int mostSteps = 1 + random.nextInt(MOST_STEPS);
    int delay = random.nextInt(whileItStarts ? START_MILLISECONDS : MOST_MILLISECONDS);
    int[] count = {0};
    ChildProcess.Ended ended;
    try (ChildProcess process =
        ChildProcess.start(
            Charlstm.command(List.of(), next()),
            (line, printing) -> {
              if (!whileItStarts
                  && !subject.printedLoss(line).isEmpty()
                  && ++count[0] == mostSteps) {
                killAfter(printing, delay);
              }
            })) {
      if (whileItStarts) {
        killAfter(process, delay);
      }
      ended = process.await();
    }
    take(ended.out());
    boolean killed = ended.code() == EndAtChange.EXIT_CODE;
    require(killed || ended.code() == 0, "a process that was to be killed", ended);
    long after = saved();
    if (after < before) {
      differences.add("a checkpoint was lost: from step " + before + " back to " + after);
    }
    lostSteps += losses(ended.out()).keySet().stream().filter(step -> isAfter(step, after)).count();
    return killed;
  }

  private static boolean isAfter(String step, long saved) {
    return Long.parseLong(step) > saved;
  }

  private static void killAfter(ChildProcess process, int milliseconds) {
    Thread killer =
        new Thread(
            () -> {
              try {
                Thread.sleep(milliseconds);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              process.kill();
            });
    killer.setDaemon(true);
    killer.start();
  }

  private List<String> next() {
    return subject.hasCheckpoint(run) ? subject.resume(run, steps) : subject.begin(run, steps);
  }

  private long saved() {
    return subject.hasCheckpoint(run) ? subject.savedSteps(run) : 0;
  }

  private void take(List<String> lines) {
    losses(lines)
        .forEach(
            (step, loss) -> {
              String other = printed.putIfAbsent(step, loss);
              if (other != null && !other.equals(loss)) {
                differences.add("step " + step + " printed " + other + " and later " + loss);
              }
            });
  }

  private Map<String, String> losses(List<String> lines) {
    Map<String, String> losses = new TreeMap<>();
    for (String line : lines) {
      String[] stepAndLoss = subject.printedLoss(line).split(" ");
      if (stepAndLoss.length == 2) {
        losses.put(stepAndLoss[0], stepAndLoss[1]);
      }
    }
    return losses;
  }

  private static void require(boolean holds, String which, ChildProcess.Ended ended)
      throws IOException {
    if (!holds) {
      throw new IOException(which + " ended with " + ended.code() + ": " + ended.err().strip());
    }
  }
}
