package io.github.charlstm.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;

/** The program {@code charlstm}. */
public final class Main {
  private Main() {}

  /** Runs the program and ends the process with its exit code. */
  public static void main(String[] arguments) {
    JvmSettings.apply();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(errors(), true, StandardCharsets.UTF_8);
    System.exit(new CommandLineTool(new Console(out, err, watched())).run(arguments));
  }

  // The launcher passes it; Java knows only whether all streams are a terminal.
  private static Console.Watched watched() {
    String streams = System.getProperty("charlstm.terminal");
    if (streams == null) {
      return new Console.Watched(System.console() != null, System.console() != null);
    }
    return new Console.Watched(streams.contains("out"), streams.contains("err"));
  }

  /**
   * The launcher filters TensorFlow's own messages from descriptor 2, and passes the number of
   * another descriptor that is not filtered. Opening {@code /dev/fd/3} would write from the
   * beginning of a log file that others write to as well, so the descriptor itself is needed; Java
   * has no public way to open it.
   */
  private static OutputStream errors() {
    Integer number = Integer.getInteger("charlstm.stderr");
    if (number == null) {
      return System.err;
    }
    try {
      FileDescriptor descriptor = new FileDescriptor();
      Field field = FileDescriptor.class.getDeclaredField("fd");
      field.setAccessible(true);
      field.setInt(descriptor, number);
      return new FileOutputStream(descriptor);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return System.err;
    }
  }
}
