package io.github.charlstm.cli;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.reproduce.Experiments;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.HelpFormatter;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** Finds the command, runs it, and turns what goes wrong into a line and an exit code. */
final class CommandLineTool {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;

  private static final int HELP_WIDTH = 100;
  private final Console console;
  private final List<Command> commands =
      List.of(
          new TrainCommand(),
          new SampleCommand(),
          new EvaluateCommand(),
          new ClassifyCommand(),
          new ReproduceCommand(Experiments.all(), words -> dispatch(words.toArray(String[]::new))),
          new RecipesCommand(),
          new InspectCommand(),
          new ExportCommand(),
          new ImportCommand(),
          new PlotCommand(),
          new DataCommand());

  CommandLineTool(Console console) {
    this.console = console;
  }

  /** All there are, in the order of the overview. */
  List<Command> commands() {
    return commands;
  }

  /** Runs a command line and gives its exit code. */
  int run(String... arguments) {
    boolean verbose = List.of(arguments).contains("--verbose");
    try {
      dispatch(arguments);
      if (console.out().checkError()) {
        console.note("charlstm: standard output cannot be written to; not all of it was printed");
        return FAILED;
      }
      return DONE;
    } catch (IllegalArgumentException e) {
      boolean ours = !e.getClass().getName().startsWith("org.tensorflow");
      return report(e, verbose, ours ? BAD_INPUT : FAILED);
    } catch (IOException | RuntimeException e) {
      return report(e, verbose, FAILED);
    } catch (LinkageError e) {
      console.note("charlstm: TensorFlow's library for this machine cannot be loaded (" + e + ")");
      return FAILED;
    } catch (OutOfMemoryError e) {
      console.note(
          "charlstm: the Java heap is full; give it more with CHARLSTM_JAVA_OPTS=-Xmx8g, or lower"
              + " --batch-size or --lstm-size");
      return FAILED;
    }
  }

  private void dispatch(String[] arguments) throws IOException {
    if (arguments.length == 0 || List.of("--help", "-h", "help").contains(arguments[0])) {
      console.out().print(overview());
      return;
    }
    if (arguments[0].equals("--version")) {
      String version = CommandLineTool.class.getPackage().getImplementationVersion();
      console.out().println("charlstm " + (version == null ? "(built from source)" : version));
      return;
    }
    Command command =
        commands.stream()
            .filter(candidate -> candidate.name().equals(arguments[0]))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "there is no command '"
                            + arguments[0]
                            + "'; there are "
                            + commands.stream().map(Command::name).collect(Collectors.joining(", "))
                            + " (see charlstm --help)"));
    String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
    if (List.of(rest).contains("--help") || List.of(rest).contains("-h")) {
      console.out().print(help(command));
      return;
    }
    Flags flags = parse(command, rest);
    if (command.arguments().isEmpty() && !flags.words().isEmpty()) {
      throw new UsageException(
          "charlstm " + command.name() + " takes flags only, found '" + flags.words().get(0) + "'");
    }
    command.run(flags, console);
  }

  private Flags parse(Command command, String[] rest) {
    try {
      CommandLine line = new DefaultParser(false).parse(withCommon(command), rest);
      return new Flags(line);
    } catch (UnrecognizedOptionException e) {
      throw new UsageException(
          "charlstm "
              + command.name()
              + " has no flag "
              + e.getOption()
              + "; see charlstm "
              + command.name()
              + " --help");
    } catch (MissingArgumentException e) {
      throw new UsageException("--" + e.getOption().getLongOpt() + " needs a value");
    } catch (ParseException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static Options withCommon(Command command) {
    return command
        .options()
        .addOption(null, "verbose", false, "TensorFlow's own messages, and stack traces of errors")
        .addOption("h", "help", false, "this text");
  }

  private String overview() {
    StringBuilder text = new StringBuilder();
    text.append("charlstm: character-level LSTMs of the TensorFlow 1 books, on the JVM\n\n");
    text.append("usage: charlstm COMMAND [FLAGS]\n\n");
    for (Command command : commands) {
      text.append(String.format("  %-10s %s%n", command.name(), command.summary()));
    }
    text.append("\ncharlstm COMMAND --help tells a command's flags.\n");
    return text.toString();
  }

  private String help(Command command) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    writer.println(command.summary());
    writer.println();
    HelpFormatter formatter = new HelpFormatter();
    formatter.setOptionComparator(null); // in the order in which the command names them
    String usage = ("charlstm " + command.name() + " " + command.arguments()).strip();
    formatter.printHelp(
        writer, HELP_WIDTH, usage + " [FLAGS]", null, withCommon(command), 2, 3, null);
    writer.println();
    writer.println("examples:");
    command.examples().forEach(example -> writer.println("  charlstm " + example));
    writer.flush();
    return text.toString();
  }

  private int report(Exception e, boolean verbose, int code) {
    Throwable reason =
        e instanceof UncheckedIOException && e.getMessage() == null ? e.getCause() : e;
    String message =
        reason instanceof FileSystemException failure
            ? failure.getFile() + ": " + FileFailures.reason(failure)
            : String.valueOf(reason.getMessage() == null ? reason : reason.getMessage());
    // Ours are one line, into which a user's own line breaks may have come; others may be many.
    console.note(
        "charlstm: "
            + (code == BAD_INPUT ? escaped(message) : message.lines().findFirst().orElse(message)));
    if (verbose) {
      e.printStackTrace(console.err());
    }
    return code;
  }

  private static String escaped(String message) {
    StringBuilder text = new StringBuilder();
    message
        .codePoints()
        .forEach(
            symbol -> {
              if (Character.isISOControl(symbol)) {
                text.append(String.format("\\u%04x", symbol));
              } else {
                text.appendCodePoint(symbol);
              }
            });
    return text.toString();
  }
}
