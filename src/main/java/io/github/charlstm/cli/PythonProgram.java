package io.github.charlstm.cli;

import io.github.charlstm.machine.Subprocess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of {@code scripts/python}, run in a process of its own. */
record PythonProgram(Path python, Path program) {
  private static final int IMPORT_SECONDS = 300; // of TensorFlow, from a cold disk too
  private static final int LAST_LINES = 5; // of its output, in the message if it fails

  /** Checks that Python has what the program imports; the flag that names it is for the error. */
  static void requireTensorFlow(Path python, Flag<Path> flag) {
    ProcessBuilder imports =
        new ProcessBuilder(python.toString(), "-c", "import numpy, tensorflow.compat.v1");
    Subprocess tried =
        Subprocess.run(imports, IMPORT_SECONDS)
            .orElseThrow(() -> new UsageException("%s: cannot run %s", flag, python));
    if (tried.code() != 0) {
      String reason = tried.err().strip();
      throw new UsageException(
          "%s: expected a Python with NumPy and TensorFlow, found %s, which says \"%s\"; install"
              + " scripts/python/requirements.txt there",
          flag, python, reason.substring(reason.lastIndexOf('\n') + 1));
    }
  }

  /**
   * Runs it to its end; what it prints becomes notes. It is ended with this process. An IOException
   * with its last lines if it fails.
   */
  void run(List<String> words, Console console) throws IOException {
    List<String> line = new ArrayList<>(List.of(python.toString(), program.toString()));
    line.addAll(words);
    console.note(String.join(" ", line));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    Thread end = new Thread(process::destroy, "end of Python");
    Runtime.getRuntime().addShutdownHook(end);
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> last = new ArrayList<>();
      for (String said = output.readLine(); said != null; said = output.readLine()) {
        console.note(said);
        last.add(said);
        if (last.size() > LAST_LINES) {
          last.remove(0);
        }
      }
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s %s ended with exit code %s:\n%s"
                .formatted(python, program, process.exitValue(), String.join("\n", last)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + program + " ran");
    } finally {
      process.destroy();
      removeHook(end);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // this process ends, so the hook runs
    }
  }
}
