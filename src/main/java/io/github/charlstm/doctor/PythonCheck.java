package io.github.charlstm.doctor;

import io.github.charlstm.machine.Subprocess;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Python with TensorFlow, which only the bench and continuous integration need. */
final class PythonCheck {
  private static final String TOPIC = "python";
  private static final int PATIENCE_SECONDS = 600; // of a hang only
  // Looks versions up without loading TensorFlow, which takes long.
  private static final String QUESTION =
      """
      import sys
      from importlib import metadata
      def version(name):
          try:
              return metadata.version(name)
          except metadata.PackageNotFoundError:
              return None
      names = ["tensorflow", "tensorflow-cpu", "tf-keras", "keras", "numpy"]
      found = [n + " " + version(n) for n in names if version(n)]
      print("Python " + sys.version.split()[0] + ", " + (", ".join(found) or "no tensorflow"))
      """;

  private PythonCheck() {}

  static List<CheckResult> look(Map<String, String> environment) {
    for (String name : List.of("python3", "python")) {
      Optional<Subprocess> answer =
          Subprocess.run(List.of(name, "-c", QUESTION), Map.of(), PATIENCE_SECONDS);
      if (answer.isPresent() && answer.get().code() == 0) {
        String virtual = environment.containsKey("VIRTUAL_ENV") ? ", in a virtual environment" : "";
        return List.of(CheckResult.ok(TOPIC, "version", answer.get().out().strip() + virtual));
      }
    }
    return List.of(
        CheckResult.ok(
            TOPIC, "version", "none; needed only to open exports, for scripts/bench and .ci/run"));
  }
}
