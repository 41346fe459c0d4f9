package io.github.charlstm.crash;

import io.github.charlstm.checkpoint.AtomicDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/** The program of {@code scripts/crash-test}; see the package. */
public final class CrashTest {
  private static final String USAGE =
      "usage: crash-test [--kills N] [--every N] [--seed N]\n"
          + "  --kills N   processes of charlstm train to kill at random moments (50)\n"
          + "  --every N   of the places where a process is ended by force, one in N (1: all)\n"
          + "  --seed N    of the random moments (1)\n"
          + "ends with 0 only if every run equals its uninterrupted one, bit for bit";

  private final PrintStream out;
  private boolean held = true;

  private CrashTest(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    CommandLine line;
    try {
      line = parse(arguments);
    } catch (ParseException | NumberFormatException e) {
      System.err.println("crash-test: " + e.getMessage() + "\n" + USAGE);
      System.exit(2);
      return;
    }
    if (line.hasOption("help")) {
      System.out.println(USAGE);
      return;
    }
    CrashTest test = new CrashTest(System.out);
    Path place = Files.createTempDirectory("charlstm-crash-test");
    try {
      test.run(place, number(line, "kills", 50), number(line, "every", 1), number(line, "seed", 1));
    } finally {
      AtomicDirectory.remove(place);
    }
    System.exit(test.held ? 0 : 1);
  }

  private static CommandLine parse(String[] arguments) throws ParseException {
    Options options = new Options();
    Stream.of("kills", "every", "seed").forEach(name -> options.addOption(null, name, true, ""));
    options.addOption("h", "help", false, "");
    CommandLine line = new DefaultParser(false).parse(options, arguments);
    if (!line.getArgList().isEmpty()) {
      throw new ParseException("takes flags only, found " + line.getArgList());
    }
    if (number(line, "kills", 50) < 0 || number(line, "every", 1) < 1) {
      throw new ParseException("--kills takes 0 or more, --every 1 or more");
    }
    return line;
  }

  private static int number(CommandLine line, String flag, int otherwise) {
    return Integer.parseInt(line.getOptionValue(flag, String.valueOf(otherwise)));
  }

  private void run(Path place, int kills, int every, int seed)
      throws IOException, InterruptedException {
    out.println("| what | ended processes | held |\n|---|---|---|");
    if (kills > 0) {
      Path folder = Files.createDirectories(place.resolve("random"));
      RandomKills.Outcome outcome =
          new RandomKills(new TextSubject(folder), folder.resolve("run"), kills, seed)
              .run(folder.resolve("uninterrupted"));
      row("train, killed at random moments", outcome.kills(), outcome.differences());
      out.println("steps done again: " + outcome.lostSteps());
    }
    for (Subject subject : List.of(new TextSubject(place), new DigitsSubject(place))) {
      everyChange(subject, Files.createDirectories(place.resolve("every-" + subject.name())));
    }
    forced(new TextSubject(place), Files.createDirectories(place.resolve("text")), every);
    forced(new DigitsSubject(place), Files.createDirectories(place.resolve("images")), every);
  }

  private void everyChange(Subject subject, Path folder) throws IOException, InterruptedException {
    for (EveryChange.End end : EveryChange.End.values()) {
      EveryChange.Outcome outcome = new EveryChange(subject, folder, 1).run(end);
      row(
          subject.name() + ", every change: " + end.words(),
          outcome.points(),
          outcome.differences());
    }
  }

  private void forced(Subject subject, Path folder, int every)
      throws IOException, InterruptedException {
    ForcedKills.Outcome outcome = new ForcedKills(subject, folder, every).run();
    row(
        subject.name() + ", ended at " + outcome.changes().size() + " changes of files",
        outcome.points(),
        outcome.differences());
  }

  private void row(String what, int ended, List<String> differences) {
    held &= differences.isEmpty();
    out.printf("| %s | %s | %s |%n", what, ended, differences.isEmpty() ? "yes" : "NO");
    differences.forEach(out::println);
  }
}
