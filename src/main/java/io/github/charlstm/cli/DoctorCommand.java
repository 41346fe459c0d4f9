package io.github.charlstm.cli;

import io.github.charlstm.data.DataSets;
import io.github.charlstm.doctor.CheckResult;
import io.github.charlstm.doctor.CheckResult.Status;
import io.github.charlstm.doctor.Doctor;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.recipe.HostInfo;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code charlstm doctor}. */
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
    if (console.json()) {
      List<Json> all = results.stream().map(DoctorCommand::json).toList();
      console.result(
          Json.object().put("version", version()).put("problems", problems).put("findings", all));
    } else if (flags.has(BUG_REPORT)) {
      console.out().print(form(results));
    } else {
      results.forEach(result -> console.out().println(line(result)));
    }
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
}
