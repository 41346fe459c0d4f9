package io.github.charlstm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.foreign.ModelDescription;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    if (ExternalModelOptions.areGiven(flags)) {
      ModelDescription model =
          console.during("verifying checksums", () -> ExternalModelOptions.describe(flags));
      console.result(() -> json(model), () -> print(model, console));
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
    List<String> descriptions = checkpoint.descriptions();
    console.result(
        () -> json(checkpoint, descriptions, reader),
        () -> print(checkpoint, descriptions, reader, console));
  }

  private static void print(
      TrainingCheckpoint checkpoint,
      List<String> descriptions,
      CheckpointReader reader,
      Console console) {
    console.print("checkpoint %s%n", checkpoint.folder());
    descriptions.forEach(console.out()::print);
    if (checkpoint.run() instanceof RunSettings.Text) {
      console.print("vocabulary: %s characters%n", checkpoint.vocabulary().size());
    }
    Map<String, String> tensors = tensors(reader);
    String title = String.format("tensors (%s, all checksums hold)", tensors.size());
    printList(console, title, Console.columns(tensors));
    console.print("%,d values%n", values(reader));
  }

  private static Map<String, String> tensors(CheckpointReader reader) {
    Map<String, String> tensors = new LinkedHashMap<>();
    reader.tensors().values().forEach(t -> tensors.put(t.name(), t.typeAndShape()));
    return tensors;
  }

  private static long values(CheckpointReader reader) {
    return reader.tensors().values().stream().mapToLong(t -> t.shape().size()).sum();
  }

  private static void print(ModelDescription model, Console console) {
    console.print("graph %s, written by TensorFlow %s%n", model.file(), model.tensorFlow());
    if (!model.tags().isEmpty()) {
      console.print("tags %s%n", model.tags());
    }
    model.signatures().forEach((key, lines) -> printList(console, "signature " + key, lines));
    printList(console, "placeholders", model.placeholders());
    console.print("%nroles%n");
    model
        .roles()
        .forEach((role, tensors) -> tensors.forEach(t -> console.print("  %-14s %s%n", role, t)));
    model.missing().ifPresent(reason -> console.print("  not found: %s%n", reason));
    if (!model.hasCheckpoint()) {
      console.print("%nno checkpoint %s: its tensors are not shown%n", model.checkpoint());
      return;
    }
    if (model.variables().isEmpty()) {
      console.print("%nno tensors are restored from a checkpoint%n");
      return;
    }
    String title =
        String.format(
            "tensors of %s (%s, all checksums hold)", model.checkpoint(), model.variables().size());
    printList(console, title, Console.columns(model.variables()));
  }

  private static void printList(Console console, String title, List<String> lines) {
    console.print("%n%s%n", title);
    lines.forEach(line -> console.print("  %s%n", line));
  }

  private static Json json(
      TrainingCheckpoint checkpoint, List<String> descriptions, CheckpointReader reader) {
    boolean ofText = checkpoint.run() instanceof RunSettings.Text;
    return Json.object()
        .put("checkpoint", checkpoint.folder())
        .put("settings", parsed(descriptions.get(0)))
        .put("progress", parsed(descriptions.get(1)))
        .put("vocabulary", ofText ? checkpoint.vocabulary().size() : null)
        .put("tensors", tensors(reader))
        .put("values", values(reader));
  }

  private static Json json(ModelDescription model) {
    return Json.object()
        .put("graph", model.file())
        .put("tensorflow", model.tensorFlow())
        .put("tags", model.tags())
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
