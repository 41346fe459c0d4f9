package io.github.charlstm.cli;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.recipe.Experiments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** Finds the command, runs it, and turns what goes wrong into a line and an exit code. */
final class CommandLineTool {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;

  private final Console base;
  private final List<Command> commands =
      List.of(
          new TrainCommand(),
          new SampleCommand(),
          new EvaluateCommand(),
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

  /** All there are, in the order of the overview. */
  List<Command> commands() {
    return commands;
  }

  /** Runs a command line and gives its exit code. */
  int run(String... arguments) {
    List<String> words = List.of(arguments);
    boolean verbose = words.contains("--verbose");
    Console console = base.with(words.contains("--quiet"), words.contains("--json"));
    try {
      dispatch(console, arguments);
      if (console.isBroken()) {
        console.error("standard output cannot be written to; not all of it was printed", FAILED);
        return FAILED;
      }
      return DONE;
    } catch (IllegalArgumentException e) {
      boolean ours = !e.getClass().getName().startsWith("org.tensorflow");
      return report(console, e, verbose, ours ? BAD_INPUT : FAILED);
    } catch (IOException | RuntimeException e) {
      return report(console, e, verbose, FAILED);
    } catch (Error e) {
      console.error(reason(e), FAILED);
      if (verbose && !console.json()) {
        e.printStackTrace(console.err());
      }
      return FAILED;
    }
  }

  private static String reason(Error error) {
    if (error instanceof OutOfMemoryError) {
      return "the Java heap is full; give it more with CHARLSTM_JAVA_OPTS=-Xmx8g, or lower"
          + " --batch-size or --lstm-size; a run goes on from its newest checkpoint with --resume";
    }
    return error instanceof LinkageError && isOfTensorFlow(error)
        ? "TensorFlow's library for this machine cannot be loaded ("
            + error
            + "); see charlstm doctor"
        : "Java itself failed (" + error + "); see charlstm doctor";
  }

  private static boolean isOfTensorFlow(Throwable error) {
    for (Throwable reason = error; reason != null; reason = reason.getCause()) {
      String words = reason + Arrays.toString(reason.getStackTrace());
      if (reason instanceof UnsatisfiedLinkError
          || words.matches("(?s).*org.(tensorflow|bytedeco).*")) {
        return true;
      }
    }
    return false;
  }

  /** Runs a command line for a command that consists of others. */
  private void runPart(List<String> words) throws IOException {
    dispatch(
        base.with(words.contains("--quiet"), words.contains("--json")),
        words.toArray(String[]::new));
  }

  private void dispatch(Console console, String[] arguments) throws IOException {
    String first = first(arguments);
    if (List.of("", "--help", "-h", "help").contains(first)) {
      console.out().print(Help.overview(commands));
      console.finish("help");
      return;
    }
    if (first.equals("--version")) {
      String version = CommandLineTool.class.getPackage().getImplementationVersion();
      console.out().println("charlstm " + (version == null ? "(built from source)" : version));
      console.finish("version");
      return;
    }
    Command command = named(first);
    List<String> rest = new ArrayList<>(List.of(arguments));
    rest.remove(first);
    if (rest.contains("--help") || rest.contains("-h")) {
      console.out().print(Help.of(command, withCommon(command)));
      console.finish("help");
      return;
    }
    Flags flags = parse(command, rest.toArray(String[]::new));
    if (command.arguments().isEmpty() && !flags.words().isEmpty()) {
      throw new UsageException(
          "charlstm " + command.name() + " takes flags only, found '" + flags.words().get(0) + "'");
    }
    flags.config().ifPresent(file -> console.note(FlagSources.of(flags, file, command)));
    command.run(flags, console);
    console.finish(command.name());
  }

  // --quiet and --json may stand before the command, all else after it.
  private static String first(String[] arguments) {
    return Arrays.stream(arguments)
        .filter(word -> !List.of("--quiet", "--json").contains(word))
        .findFirst()
        .orElse("");
  }

  private Command named(String name) {
    return commands.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "there is no command '"
                        + name
                        + "'; there are "
                        + commands.stream().map(Command::name).collect(Collectors.joining(", "))
                        + " (see charlstm --help)"));
  }

  /** What a command line says, and the file of its {@code --config}. */
  static Flags parse(Command command, String... rest) {
    try {
      // A value's own quotation marks are part of it.
      CommandLine line =
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .setStripLeadingAndTrailingQuotes(false)
              .build()
              .parse(withCommon(command), rest);
      Flags flags = new Flags(line);
      Optional<ConfigFile> config =
          flags
              .path(ConfigFile.NAME)
              .map(path -> ConfigFile.read(path, command.name(), withCommon(command)));
      return config.isEmpty() ? flags : new Flags(line, config);
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

  /** A command's flags, and those that all have. */
  static Options withCommon(Command command) {
    Options options = command.options();
    if (!options.getOptions().isEmpty()) {
      options.addOption(
          null,
          ConfigFile.NAME,
          true,
          "a JSON file of flags; those of the command line come first");
    }
    return options
        .addOption(null, "quiet", false, "no notes and no progress: results and errors only")
        .addOption(null, "json", false, "print JSON: see docs/json.md")
        .addOption(null, "verbose", false, "TensorFlow's own messages, and stack traces of errors")
        .addOption("h", "help", false, "this text");
  }

  private int report(Console console, Exception e, boolean verbose, int code) {
    Throwable reason =
        e instanceof UncheckedIOException
                && (e.getMessage() == null || e.getMessage().equals(e.getCause().toString()))
            ? e.getCause()
            : e;
    String message =
        reason instanceof FileSystemException failure
            ? failure.getFile() + ": " + FileFailures.reason(failure)
            : String.valueOf(reason.getMessage() == null ? reason : reason.getMessage());
    // Ours are one line, into which a user's own line breaks may have come; others may be many.
    console.error(
        code == BAD_INPUT ? escaped(message) : message.lines().findFirst().orElse(message), code);
    if (verbose && !console.json()) {
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
