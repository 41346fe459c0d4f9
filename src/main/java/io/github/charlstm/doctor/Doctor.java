package io.github.charlstm.doctor;

import io.github.charlstm.machine.Processor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks at everything.
 *
 * @param runs folder that holds the runs; it need not exist
 * @param cache folder of the data sets; it need not exist
 * @param environment the environment variables
 * @param probe class with a main method that loads TensorFlow and says so, as {@link
 *     TensorFlowCheck} reads it
 * @param bfloat16 says why TensorFlow has no products in bfloat16; asked if the library loads
 */
public record Doctor(
    Path runs,
    Path cache,
    Map<String, String> environment,
    String probe,
    Supplier<Optional<String>> bfloat16) {

  /**
   * Copies the variables.
   *
   * @param runs as above
   * @param cache as above
   * @param environment as above
   * @param probe as above
   * @param bfloat16 as above
   */
  public Doctor {
    environment = Map.copyOf(environment);
  }

  /**
   * Looks. A look that fails by itself is a warning, not an error.
   *
   * @return all findings, topic by topic
   */
  public List<CheckResult> findings() {
    List<CheckResult> all = new ArrayList<>();
    add(all, "java", () -> JavaCheck.look(Runtime.version(), environment));
    Processor processor = Processor.here();
    TensorFlowCheck library = new TensorFlowCheck(probe, processor);
    add(all, TensorFlowCheck.TOPIC, CLibraryCheck::look);
    add(all, TensorFlowCheck.TOPIC, library::look);
    add(all, ProcessorCheck.TOPIC, () -> ProcessorCheck.look(processor, library.loads()));
    if (library.loads()) {
      add(
          all,
          ProcessorCheck.TOPIC,
          () ->
              ProcessorCheck.kernels(library.instructions(), processor.features(), bfloat16.get()));
    }
    add(all, "threads", () -> ThreadCheck.look(processor));
    add(all, "memory", MemoryCheck::look);
    add(all, "disk", () -> DiskCheck.look(runs, cache, library.natives(), library.loads()));
    add(all, "data", () -> DataCheck.look(cache));
    add(all, PictureCheck.TOPIC, PictureCheck::look);
    add(all, "python", () -> PythonCheck.look(environment));
    return all;
  }

  private static void add(List<CheckResult> all, String topic, Supplier<List<CheckResult>> look) {
    try {
      all.addAll(look.get());
    } catch (RuntimeException | LinkageError e) {
      all.add(
          CheckResult.warning(
              topic, "look", "failed: " + e, "nothing is known of this; report it as a bug"));
    }
  }
}
