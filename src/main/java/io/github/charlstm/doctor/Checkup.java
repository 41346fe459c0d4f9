package io.github.charlstm.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks at everything.
 *
 * @param runs folder that holds the runs; it need not exist
 * @param cache folder of the data sets; it need not exist
 * @param environment the environment variables
 * @param probe class with a main method that loads TensorFlow and says so, as {@link LibraryCheck}
 *     reads it
 */
public record Checkup(Path runs, Path cache, Map<String, String> environment, String probe) {

  /**
   * Copies the variables.
   *
   * @param runs as above
   * @param cache as above
   * @param environment as above
   * @param probe as above
   */
  public Checkup {
    environment = Map.copyOf(environment);
  }

  /**
   * Looks. A look that fails by itself is a warning, not an error.
   *
   * @return all findings, topic by topic
   */
  public List<Finding> findings() {
    List<Finding> all = new ArrayList<>();
    add(all, "java", () -> JavaCheck.look(Runtime.version(), environment));
    LibraryCheck library = new LibraryCheck(probe);
    add(all, LibraryCheck.TOPIC, library::look);
    add(all, "processor", () -> ProcessorCheck.look(library.instructions()));
    add(all, "threads", ThreadCheck::look);
    add(all, "memory", MemoryCheck::look);
    add(all, "disk", () -> DiskCheck.look(runs, cache, library.natives()));
    add(all, "data", () -> DataCheck.look(cache));
    add(all, "python", () -> PythonCheck.look(environment));
    return all;
  }

  private static void add(List<Finding> all, String topic, Supplier<List<Finding>> look) {
    try {
      all.addAll(look.get());
    } catch (RuntimeException | LinkageError e) {
      all.add(
          Finding.warning(
              topic, "look", "failed: " + e, "nothing is known of this; report it as a bug"));
    }
  }
}
