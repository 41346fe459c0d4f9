package io.github.charlstm.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.StrictJson;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.CharRnn;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.ShakespeareLstm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Records as JSON files that begin with the format's name and version. */
final class JsonFiles {
  private static final int VERSION = 4;
  // Its files have checksums of their own, and no runs on images.
  private static final int OLDEST_READ = 3;
  // Keys of earlier files whose place Checksums has taken.
  private static final List<String> EARLIER = List.of("checksum", "vocabulary_sha256");
  // Settings of training that files of version 3 have; each other one, and what has been added to
  // the text's reference, has its default where a file lacks it, and is not written then.
  private static final Set<String> ALWAYS_WRITTEN =
      Set.of(
          "batch_size",
          "num_steps",
          "epochs",
          "learning_rate",
          "grad_clip",
          "decay_rate",
          "keep_prob",
          "input_keep_prob",
          "save_every",
          "max_to_keep",
          "seed",
          "validation",
          "last_target",
          "lanes");
  private static final JsonMapper MAPPER =
      StrictJson.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .addMixIn(ModelSettings.class, ModelKinds.class)
          .addMixIn(RunSettings.class, RunKinds.class)
          .build();
  // By the name of the object that they belong to.
  private static final Map<String, ObjectNode> DEFAULTS =
      Map.of(
          "training",
          MAPPER
              .<ObjectNode>valueToTree(TrainingSettings.builder().batchSize(1).epochs(1).build())
              .remove(ALWAYS_WRITTEN),
          "text",
          MAPPER
              .<ObjectNode>valueToTree(TextReference.unknown())
              .remove(List.of("source", "data_set", "sha256", "read")));

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = CharLstm.Settings.class, name = "char-lstm"),
    @JsonSubTypes.Type(value = RnnLanguageModel.Settings.class, name = "rnn-language-model"),
    @JsonSubTypes.Type(value = CharRnn.Settings.class, name = "char-rnn"),
    @JsonSubTypes.Type(value = ShakespeareLstm.Settings.class, name = "shakespeare"),
  })
  private interface ModelKinds {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({
    @JsonSubTypes.Type(RunSettings.Text.class),
    @JsonSubTypes.Type(RunSettings.Images.class)
  })
  private interface RunKinds {}

  private JsonFiles() {}

  static void write(Path file, String format, Object value) throws IOException {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("format", format).put("version", VERSION);
    document.setAll((ObjectNode) MAPPER.valueToTree(value));
    DEFAULTS.forEach(
        (part, defaults) -> {
          if (document.path(part) instanceof ObjectNode written) {
            defaults.properties().stream()
                .filter(setting -> setting.getValue().equals(written.get(setting.getKey())))
                .forEach(setting -> written.remove(setting.getKey()));
          }
        });
    Files.writeString(file, MAPPER.writeValueAsString(document) + "\n");
  }

  /**
   * @throws CheckpointException if the file is missing, not JSON, of another format or version, or
   *     does not hold a valid value
   */
  static <T> T read(Path file, String format, Class<T> type) {
    try {
      if (!(MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode document)
          || !format.equals(document.path("format").asText())) {
        throw new CheckpointException(file + " is not a " + format + " file");
      }
      requireVersion(file, document.path("version"));
      document.remove(List.of("format", "version"));
      document.remove(EARLIER);
      DEFAULTS.forEach(
          (part, defaults) -> {
            if (document.path(part) instanceof ObjectNode found) {
              defaults.properties().stream()
                  .filter(setting -> !found.has(setting.getKey()))
                  .forEach(setting -> found.set(setting.getKey(), setting.getValue()));
            }
          });
      return MAPPER.treeToValue(document, type);
    } catch (JacksonException e) {
      Throwable reason = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
      String message =
          reason instanceof JacksonException parse
              ? parse.getOriginalMessage()
              : reason.getMessage();
      throw new CheckpointException(
          file + " is damaged: " + String.valueOf(message).lines().findFirst().orElse("no reason"),
          e);
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read (" + FileFailures.reason(e) + ")", e);
    }
  }

  private static void requireVersion(Path file, JsonNode version) {
    int found = version.asInt(-1);
    if (found < OLDEST_READ || found > VERSION) {
      throw new CheckpointException(
          file
              + " has format version "
              + found
              + "; this program reads versions "
              + OLDEST_READ
              + " and "
              + VERSION
              + (found > VERSION ? "; use a newer charlstm" : ""));
    }
  }
}
