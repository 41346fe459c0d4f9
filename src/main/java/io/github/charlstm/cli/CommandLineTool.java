package io.github.charlstm.cli;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.recipe.Experiments;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.HelpFormatter;

/** Finds the command, runs it, and turns exceptions into one line and an exit code. */
final class CommandLineTool {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;
  static final String VERSION = "--version";
  private static final int HELP_WIDTH = 100;

  private final Console base;
  private List<Flag<?>> running = Flags.COMMON; // the flags of the command that runs
  private final List<Command> commands =
      List.of(
          new TrainCommand(),
          new SampleCommand(),
          new EvaluateCommand(),
          new PredictCommand(),
          new ClassifyCommand(),
          new ReproduceCommand(Experiments.all(), this::runPart),
          new RecipesCommand(),
          new InspectCommand(),
          new ExportCommand(),
          new ImportCommand(),
          new PlotCommand(),
          new ReportCommand(),
          new VisualizeCommand(),
          new DataCommand(),
          new DoctorCommand(),
          new CompletionCommand(this::commands));

  CommandLineTool(Console console) {
    base = console;
  }

  /** All commands, in the order of the overview. */
  List<Command> commands() {
    return commands;
  }

  /** Runs a command line and gives its exit code. */
  int run(String... arguments) {
    List<String> words = List.of(arguments);
    boolean verbose = isIn(Flags.VERBOSE, words);
    Console console = console(words);
    try {
      dispatch(console, words);
      if (console.isBroken()) {
        console.error("standard output cannot be written to; not all of it was printed", FAILED);
        return FAILED;
      }
      return DONE;
    } catch (IllegalArgumentException e) {
      return report(console, e, message(e), verbose, isOurs(e) ? BAD_INPUT : FAILED);
    } catch (IOException | RuntimeException e) {
      return report(console, e, message(e), verbose, FAILED);
    } catch (Error e) {
      return report(console, e, reason(e), verbose, FAILED);
    }
  }

  private int report(Console console, Throwable e, String message, boolean verbose, int code) {
    // Our messages are one line, but may quote a user's line breaks; others may have many lines.
    String line =
        code == BAD_INPUT ? escaped(message) : message.lines().findFirst().orElse(message);
    console.error(isOurs(e) ? Flag.inMessage(line, running) : line, code);
    if (verbose && !console.json()) {
      e.printStackTrace(console.err());
    }
    return code;
  }

  private static boolean isOurs(Throwable e) {
    return !e.getClass().getName().startsWith("org.tensorflow");
  }

  private static String message(Exception e) {
    Throwable reason =
        e instanceof UncheckedIOException
                && (e.getMessage() == null || e.getMessage().equals(e.getCause().toString()))
            ? e.getCause()
            : e;
    return reason instanceof FileSystemException failure
        ? failure.getFile() + ": " + FileFailures.reason(failure)
        : String.valueOf(reason.getMessage() == null ? reason : reason.getMessage());
  }

  private static String reason(Error error) {
    if (error instanceof OutOfMemoryError) {
      return String.format(
          "the Java heap is full; give it more with CHARLSTM_JAVA_OPTS=-Xmx8g, or lower %s or %s; a"
              + " run goes on from its newest checkpoint with %s",
          TrainFlags.BATCH_SIZE, TrainFlags.LSTM_SIZE, TrainFlags.RESUME);
    }
    return error instanceof LinkageError && isOfTensorFlow(error)
        ? "TensorFlow's library for this machine cannot be loaded ("
            + error
            + "); see charlstm doctor"
        : "Java itself failed (" + error + "); see charlstm doctor";
  }

  private static boolean isOfTensorFlow(Throwable error) {
    return Stream.iterate(error, reason -> reason != null, Throwable::getCause)
        .anyMatch(
            reason ->
                reason instanceof UnsatisfiedLinkError
                    || (reason + Arrays.toString(reason.getStackTrace()))
                        .matches("(?s).*org.(tensorflow|bytedeco).*"));
  }

  /** Runs a command line for the command {@code reproduce}. */
  private void runPart(List<String> words) throws IOException {
    dispatch(console(words), words);
  }

  private Console console(List<String> words) {
    return base.with(isIn(Flags.QUIET, words), isIn(Flags.JSON, words));
  }

  private void dispatch(Console console, List<String> words) throws IOException {
    // --quiet and --json may also precede the command.
    List<String> leading = List.of(Flags.QUIET.toString(), Flags.JSON.toString());
    String first = words.stream().filter(word -> !leading.contains(word)).findFirst().orElse("");
    if (first.isEmpty() || first.equals("help") || asksForHelp(List.of(first))) {
      console.out().print(overview());
      console.finish("help");
      return;
    }
    if (first.equals(VERSION)) {
      String version = CommandLineTool.class.getPackage().getImplementationVersion();
      console.out().println("charlstm " + (version == null ? "(built from source)" : version));
      console.finish("version");
      return;
    }
    Command command = named(first);
    List<String> rest = new ArrayList<>(words);
    rest.remove(first);
    if (asksForHelp(rest)) {
      console.out().print(help(command));
      console.finish("help");
      return;
    }
    running = Flags.of(command);
    Flags flags = Flags.parse(command, rest.toArray(String[]::new));
    if (command.usage().arguments().isEmpty() && !flags.words().isEmpty()) {
      throw new UsageException(
          "charlstm %s takes flags only, found '%s'", command.name(), flags.words().get(0));
    }
    flags.check();
    flags.config().ifPresent(file -> console.note(file.sources(flags, command)));
    command.run(flags, console);
    console.finish(command.name());
  }

  private Command named(String name) {
    return commands.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "there is no command '%s'; there are %s (see charlstm %s)",
                    name,
                    commands.stream().map(Command::name).collect(Collectors.joining(", ")),
                    Flags.HELP));
  }

  private static boolean isIn(Flag<Boolean> flag, List<String> words) {
    return words.contains(flag.toString());
  }

  private static boolean asksForHelp(List<String> words) {
    return isIn(Flags.HELP, words) || words.contains("-" + Flags.SHORT_HELP);
  }

  private static String escaped(String message) {
    return message
        .codePoints()
        .mapToObj(
            symbol ->
                Character.isISOControl(symbol)
                    ? String.format("\\u%04x", symbol)
                    : Character.toString(symbol))
        .collect(Collectors.joining());
  }

  private String overview() {
    StringBuilder text = new StringBuilder();
    text.append("charlstm: character-level LSTMs of the TensorFlow 1 books, on the JVM\n\n");
    text.append("usage: charlstm COMMAND [FLAGS]\n\n");
    for (Command command : commands) {
      text.append(String.format("  %-10s %s%n", command.name(), command.usage().summary()));
    }
    text.append(
        String.format(
            "\ncharlstm COMMAND %s shows a command's flags. All commands have %s (no notes, no\n"
                + "progress) and %s; those with flags take them from a file with %s run.json.\n",
            Flags.HELP, Flags.QUIET, Flags.JSON, ConfigFile.FLAG));
    return text.toString();
  }

  private static String help(Command command) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    writer.println(command.usage().summary());
    writer.println();
    HelpFormatter formatter = new HelpFormatter();
    formatter.setOptionComparator(null); // in the order of their declaration
    String usage = ("charlstm " + command.name() + " " + command.usage().arguments()).strip();
    formatter.printHelp(
        writer, HELP_WIDTH, usage + " [FLAGS]", null, Flags.options(Flags.of(command)), 2, 3, null);
    writer.println();
    writer.println("examples:");
    command.usage().examples().forEach(example -> writer.println("  charlstm " + example));
    writer.flush();
    return text.toString();
  }
}
