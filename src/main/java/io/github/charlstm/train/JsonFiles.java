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
import io.github.charlstm.model.CharLstmSettings;
import io.github.charlstm.model.CharRnnSettings;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.ShakespeareSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Records as JSON files that say what they are: a format's name and version come first. */
final class JsonFiles {
  private static final int VERSION = 2;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .addMixIn(ModelSettings.class, Kinds.class)
          .build();

  // Which record a model's settings are.
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = CharLstmSettings.class, name = "char-lstm"),
    @JsonSubTypes.Type(value = CharRnnSettings.class, name = "char-rnn"),
    @JsonSubTypes.Type(value = ShakespeareSettings.class, name = "shakespeare"),
  })
  private interface Kinds {}

  private JsonFiles() {}

  static void write(Path file, String format, Object value) throws IOException {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("format", format).put("version", VERSION);
    document.setAll((ObjectNode) MAPPER.valueToTree(value));
    Files.writeString(file, MAPPER.writeValueAsString(document) + "\n");
  }

  /**
   * @throws CheckpointException if the file is missing, no JSON, of another format or version, or
   *     does not hold a valid value
   */
  static <T> T read(Path file, String format, Class<T> type) {
    try {
      JsonNode document = MAPPER.readTree(Files.readString(file));
      if (!(document instanceof ObjectNode object)
          || !format.equals(object.path("format").asText())) {
        throw new CheckpointException(file + " is not a " + format + " file");
      }
      if (object.path("version").asInt(-1) != VERSION) {
        throw new CheckpointException(
            file
                + " has format version "
                + object.path("version")
                + "; this program reads version "
                + VERSION);
      }
      object.remove("format");
      object.remove("version");
      return MAPPER.treeToValue(object, type);
    } catch (JacksonException e) {
      Throwable reason = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
      String message =
          reason instanceof JacksonException parse
              ? parse.getOriginalMessage()
              : reason.getMessage();
      throw new CheckpointException(file + " is damaged: " + firstLine(message), e);
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read (" + FileFailures.reason(e) + ")", e);
    }
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("no reason given");
  }
}
