package io.github.charlstm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.foreign.ModelDescription;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code charlstm inspect --json} prints. */
final class InspectJson {
  private InspectJson() {}

  static Json of(TrainingCheckpoint checkpoint, CheckpointReader reader) throws IOException {
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

  static Json of(ModelDescription model) {
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
