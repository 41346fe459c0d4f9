package io.github.charlstm.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.commons.cli.HelpFormatter;
import org.apache.commons.cli.Options;

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
    text.append("\ncharlstm COMMAND --help tells a command's flags. All commands have --quiet (no");
    text.append(" notes, no\nprogress) and --json; those with flags take them from a file with");
    text.append(" --config run.json.\n");
    return text.toString();
  }

  static String of(Command command, Options options) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    writer.println(command.summary());
    writer.println();
    HelpFormatter formatter = new HelpFormatter();
    formatter.setOptionComparator(null); // in the order in which the command names them
    String usage = ("charlstm " + command.name() + " " + command.arguments()).strip();
    formatter.printHelp(writer, WIDTH, usage + " [FLAGS]", null, options, 2, 3, null);
    writer.println();
    writer.println("examples:");
    command.examples().forEach(example -> writer.println("  charlstm " + example));
    writer.flush();
    return text.toString();
  }
}
