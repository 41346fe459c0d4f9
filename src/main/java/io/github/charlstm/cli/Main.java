package io.github.charlstm.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program {@code charlstm}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(new CommandLineTool(new Console(out, errors())).run(arguments));
  }

  /**
   * The launcher keeps TensorFlow's own messages off the terminal by giving the process another
   * standard error, and names here where ours goes instead.
   */
  private static PrintStream errors() throws IOException {
    String path = System.getProperty("charlstm.stderr");
    return path == null
        ? new PrintStream(System.err, true, StandardCharsets.UTF_8)
        : new PrintStream(new FileOutputStream(path, true), true, StandardCharsets.UTF_8);
  }
}
