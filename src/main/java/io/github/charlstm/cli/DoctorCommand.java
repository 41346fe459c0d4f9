package io.github.charlstm.cli;

import io.github.charlstm.data.DataSets;
import io.github.charlstm.doctor.CheckResult;
import io.github.charlstm.doctor.CheckResult.Status;
import io.github.charlstm.doctor.Doctor;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.recipe.HostInfo;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.EagerSession;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

final class DoctorCommand implements Command {
  private static final Flag<Boolean> BUG_REPORT =
      Flag.toggle("bug-report", "as a form to paste into a bug report, in Markdown");

  @Override
  public Usage usage() {
    return Usage.of(
            "doctor",
            "check Java, TensorFlow, processor, memory, disk and data sets; for bug reports too")
        .flags(BUG_REPORT)
        .examples("doctor", "doctor --bug-report", "doctor --json");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    Doctor doctor =
        new Doctor(
            RunFolders.root(),
            TrainingData.cache().location(DataSets.ANNA).getParent(),
            System.getenv(),
            TensorFlowProbe.class.getName(),
            RnnImplementation.FUSED_BFLOAT16::missing);
    List<CheckResult> results =
        console.during("checking", doctor::check).stream()
            .map(CheckResult::redacted)
            .map(DoctorCommand::withFlags)
            .toList();
    long problems = results.stream().filter(f -> f.status() == Status.PROBLEM).count();
    String text =
        flags.has(BUG_REPORT)
            ? form(results)
            : results.stream()
                .map(result -> line(result) + System.lineSeparator())
                .collect(Collectors.joining());
    console.result(
        () ->
            Json.object()
                .put("version", version())
                .put("problems", problems)
                .put("findings", results.stream().map(DoctorCommand::json).toList()),
        () -> console.out().print(text));
    if (problems > 0) {
      throw new IOException(
          problems == 1 ? "there is a problem, see above" : problems + " problems, see above");
    }
  }

  // Results name settings of training, and of this command.
  private static CheckResult withFlags(CheckResult result) {
    List<Flag<?>> flags = Flags.join(TrainFlags.all(), List.of(BUG_REPORT));
    return new CheckResult(
        result.topic(),
        result.name(),
        result.status(),
        Flag.inMessage(result.found(), flags),
        Flag.inMessage(result.advice(), flags));
  }

  private static Json json(CheckResult result) {
    return Json.object()
        .put("topic", result.topic())
        .put("name", result.name())
        .put("status", word(result))
        .put("found", result.found())
        .put("advice", result.advice().isEmpty() ? null : result.advice());
  }

  static String line(CheckResult result) {
    String line =
        String.format(
            "%-7s  %-10s  %-15s  %s", word(result), result.topic(), result.name(), result.found());
    return result.advice().isEmpty()
        ? line
        : line + System.lineSeparator() + " ".repeat(38) + "-> " + result.advice();
  }

  private static String form(List<CheckResult> results) {
    StringBuilder text = new StringBuilder();
    text.append("### What I ran\n\n    charlstm ...\n\n");
    text.append("### What I expected, and what happened\n\n\n");
    text.append("### What charlstm doctor says\n\ncharlstm ").append(version()).append("\n\n");
    text.append("```text\n");
    results.forEach(result -> text.append(line(result)).append('\n'));
    return text.append("```\n").toString();
  }

  private static String word(CheckResult result) {
    return result.status().name().toLowerCase(Locale.ROOT);
  }

  private static String version() {
    String version = DoctorCommand.class.getPackage().getImplementationVersion();
    return (version == null ? "built from source" : version)
        + HostInfo.commit(RunFolders.inHome("")).map(commit -> ", commit " + commit).orElse("");
  }

  /**
   * Loads TensorFlow's library and multiplies two matrices. {@code charlstm doctor} runs it in a
   * process of its own, which a broken library may crash.
   */
  static final class TensorFlowProbe {
    private static final String LIBRARIES = "org/tensorflow/internal/c_api/";
    private static final int SIZE = 64;

    private TensorFlowProbe() {}

    public static void main(String[] arguments) throws IOException {
      JvmSettings.apply();
      System.out.println("platform " + Loader.getPlatform());
      System.out.println("jar " + jar());
      System.out.println("natives " + Loader.getCacheDir());
      System.out.println("tensorflow " + TensorFlow.version());
      library().ifPresent(path -> System.out.println("library " + path));
      try (EagerSession session = EagerSession.create();
          TFloat32 ones = TFloat32.tensorOf(Shape.of(SIZE, SIZE))) {
        ones.scalars().forEach(value -> value.setFloat(1));
        Ops tf = Ops.create(session);
        var product = tf.linalg.matMul(tf.constantOf(ones), tf.constantOf(ones)).asTensor();
        System.out.println("product " + (product.getFloat(1, 2) == SIZE ? "right" : "wrong"));
      }
    }

    // The jar's name, from .../tensorflow-core-native-1.1.0-linux-x86_64.jar!/org/tensorflow/...
    private static String jar() {
      URL place =
          TensorFlow.class.getClassLoader().getResource(LIBRARIES + Loader.getPlatform() + "/");
      return place == null
          ? ""
          : place.getPath().replaceFirst("!/.*", "").replaceFirst(".*/(?=.)", "");
    }

    // Linux only: the file that the library was loaded from.
    private static Optional<String> library() throws IOException {
      Path maps = Path.of("/proc/self/maps");
      if (!Files.isReadable(maps)) {
        return Optional.empty();
      }
      try (Stream<String> lines = Files.lines(maps)) {
        return lines
            .filter(line -> line.contains("libtensorflow"))
            .map(line -> line.substring(line.indexOf('/')))
            .findFirst();
      }
    }
  }
}
