package io.github.charlstm.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.commons.cli.HelpFormatter;

/** The texts of {@code --help}. */
final class Help {
  private static final int WIDTH = 100;

  private Help() {}

  static String overview(List<Command> commands) {
    StringBuilder text = new StringBuilder();
    text.append("charlstm: character-level LSTMs of the TensorFlow 1 books, on the JVM\n\n");
    text.append("usage: charlstm COMMAND [FLAGS]\n\n");
    for (Command command : commands) {
      text.append(String.format("  %-10s %s%n", command.name(), command.summary()));
    }
    text.append(
        String.format(
            "\ncharlstm COMMAND %s shows a command's flags. All commands have %s (no notes, no\n"
                + "progress) and %s; those with flags take them from a file with %s run.json.\n",
            Flags.HELP, Flags.QUIET, Flags.JSON, ConfigFile.FLAG));
    return text.toString();
  }

  static String of(Command command) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    writer.println(command.summary());
    writer.println();
    HelpFormatter formatter = new HelpFormatter();
    formatter.setOptionComparator(null); // in the order of their declaration
    String usage = ("charlstm " + command.name() + " " + command.arguments()).strip();
    formatter.printHelp(
        writer, WIDTH, usage + " [FLAGS]", null, Flags.options(Flags.of(command)), 2, 3, null);
    writer.println();
    writer.println("examples:");
    command.examples().forEach(example -> writer.println("  charlstm " + example));
    writer.flush();
    return text.toString();
  }
}
