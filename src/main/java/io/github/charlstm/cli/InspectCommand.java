package io.github.charlstm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.foreign.ModelDescription;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code charlstm inspect}. */
final class InspectCommand implements Command {

  @Override
  public Usage usage() {
    return Usage.of(
            "inspect",
            "show tensors and settings of a checkpoint, and verify its checksums; or show a model"
                + " from Python")
        .flags(RunFolders.CHECKPOINT)
        .flags(ExternalModelOptions.flags(false))
        .examples(
            "inspect",
            "inspect --checkpoint checkpoints/anna/i600_l512",
            "inspect --saved-model exported/anna",
            "inspect --meta save/model.ckpt-100.meta",
            "inspect --graph-def frozen.pb");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    if (ExternalModelOptions.areGiven(flags, RunFolders.CHECKPOINT)) {
      ModelDescription model =
          console.during("verifying checksums", () -> ExternalModelOptions.describe(flags));
      if (console.json()) {
        console.result(json(model));
      } else {
        print(model, console.out());
      }
      return;
    }
    TrainingCheckpoint checkpoint = RunFolders.openCheckpoint(flags, console);
    CheckpointReader reader = CheckpointReader.open(checkpoint.variables());
    console.during(
        "verifying checksums",
        () -> {
          reader.verifyAll();
          return checkpoint.lstmState();
        });
    if (console.json()) {
      console.result(json(checkpoint, reader));
      return;
    }
    var out = console.out();
    out.printf("checkpoint %s%n", checkpoint.folder());
    for (String description : checkpoint.descriptions()) {
      out.print(description);
    }
    out.printf("vocabulary: %s characters%n", checkpoint.vocabulary().size());
    long values = 0;
    int width = reader.tensors().keySet().stream().mapToInt(String::length).max().orElse(1);
    out.printf("%ntensors (%s, all checksums hold)%n", reader.tensors().size());
    for (TensorInfo tensor : reader.tensors().values()) {
      out.printf(Locale.ROOT, "  %-" + width + "s  %s%n", tensor.name(), tensor.typeAndShape());
      values += tensor.shape().size();
    }
    out.printf(Locale.ROOT, "%,d values%n", values);
  }

  private static void print(ModelDescription model, PrintStream out) {
    out.printf("graph %s, written by TensorFlow %s%n", model.file(), model.tensorFlow());
    if (!model.tags().isEmpty()) {
      out.printf("tags %s%n", model.tags());
    }
    model.signatures().forEach((key, lines) -> printList(out, "signature " + key, lines));
    printList(out, "placeholders", model.placeholders());
    out.printf("%nroles%n");
    model
        .roles()
        .forEach((role, tensors) -> tensors.forEach(t -> out.printf("  %-14s %s%n", role, t)));
    model.missing().ifPresent(reason -> out.printf("  not found: %s%n", reason));
    if (model.variables().isEmpty()) {
      out.printf("%nno tensors are restored from a checkpoint%n");
      return;
    }
    int width = model.variables().keySet().stream().mapToInt(String::length).max().orElse(1);
    printList(
        out,
        String.format(
            "tensors of %s (%s, all checksums hold)", model.checkpoint(), model.variables().size()),
        model.variables().entrySet().stream()
            .map(
                entry ->
                    String.format(
                        Locale.ROOT, "%-" + width + "s  %s", entry.getKey(), entry.getValue()))
            .toList());
  }

  private static void printList(PrintStream out, String title, List<String> lines) {
    out.printf("%n%s%n", title);
    lines.forEach(line -> out.printf("  %s%n", line));
  }

  private static Json json(TrainingCheckpoint checkpoint, CheckpointReader reader)
      throws IOException {
    Map<String, String> tensors = new LinkedHashMap<>();
    reader.tensors().values().forEach(t -> tensors.put(t.name(), t.typeAndShape()));
    long values = reader.tensors().values().stream().mapToLong(t -> t.shape().size()).sum();
    List<String> descriptions = checkpoint.descriptions();
    return Json.object()
        .put("checkpoint", checkpoint.folder())
        .put("settings", parsed(descriptions.get(0)))
        .put("progress", parsed(descriptions.get(1)))
        .put("vocabulary", checkpoint.vocabulary().size())
        .put("tensors", tensors)
        .put("values", values);
  }

  private static Json json(ModelDescription model) {
    return Json.object()
        .put("graph", model.file())
        .put("tensorflow", model.tensorFlow())
        .put("tags", model.tags().stream().map(Set::stream).map(tags -> tags.toList()).toList())
        .put("signatures", model.signatures())
        .put("placeholders", model.placeholders())
        .put("roles", model.roles())
        .put("missing", model.missing())
        .put("checkpoint", model.variables().isEmpty() ? null : model.checkpoint())
        .put("tensors", model.variables());
  }

  private static JsonNode parsed(String description) {
    try {
      return new ObjectMapper().readTree(description);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a checkpoint describes itself in JSON", e);
    }
  }
}
