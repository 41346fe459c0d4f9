package io.github.charlstm.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.CharRnn;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.ShakespeareLstm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records as JSON files that say what they are: a format's name and version come first. */
final class JsonFiles {
  private static final int VERSION = 3;
  // The last without checksums, lanes, and how a text is read.
  private static final int VERSION_BEFORE = 2;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
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
    @JsonSubTypes.Type(value = CharLstm.Settings.class, name = "char-lstm"),
    @JsonSubTypes.Type(value = CharRnn.Settings.class, name = "char-rnn"),
    @JsonSubTypes.Type(value = ShakespeareLstm.Settings.class, name = "shakespeare"),
  })
  private interface Kinds {}

  private JsonFiles() {}

  static void write(Path file, String format, Object value) throws IOException {
    write(file, format, value, Map.of());
  }

  /**
   * @param notes more that the file says, apart from the value
   */
  static void write(Path file, String format, Object value, Map<String, String> notes)
      throws IOException {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("format", format).put("version", VERSION);
    document.setAll((ObjectNode) MAPPER.valueToTree(value));
    notes.forEach(document::put);
    Files.writeString(file, FileSeal.sealed(document, MAPPER));
  }

  /**
   * @throws CheckpointException if the file is missing, no JSON, of another format or version, was
   *     changed since it was written, or does not hold a valid value
   */
  static <T> T read(Path file, String format, Class<T> type, String... notes) {
    try {
      ObjectNode document = document(file, format);
      document.remove(List.of(notes));
      return MAPPER.treeToValue(document, type);
    } catch (JacksonException e) {
      throw damaged(file, e);
    }
  }

  /** What a file says apart from its value; empty if it is older than that. */
  static Optional<String> note(Path file, String format, String name) {
    try {
      JsonNode note = document(file, format).path(name);
      return note.isTextual() ? Optional.of(note.textValue()) : Optional.empty();
    } catch (JacksonException e) {
      throw damaged(file, e);
    }
  }

  private static ObjectNode document(Path file, String format) throws JacksonException {
    byte[] bytes = bytes(file);
    try {
      if (!(MAPPER.readTree(bytes) instanceof ObjectNode document)
          || !format.equals(document.path("format").asText())) {
        throw new CheckpointException(file + " is not a " + format + " file");
      }
      int version = document.path("version").asInt(-1);
      requireVersion(file, version);
      document.remove(List.of("format", "version"));
      if (version == VERSION_BEFORE) {
        addWhatWasNotWritten(document);
      } else {
        FileSeal.check(file, bytes);
        document.remove(FileSeal.KEY);
      }
      return document;
    } catch (JacksonException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(file + " is damaged: " + FileFailures.reason(e), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read (" + FileFailures.reason(e) + ")", e);
    }
  }

  private static void addWhatWasNotWritten(ObjectNode document) {
    if (document.path("text") instanceof ObjectNode text && !text.has("read")) {
      text.set("read", MAPPER.valueToTree(TextFormat.UTF_8));
    }
    if (document.path("training") instanceof ObjectNode training) {
      training.put("lanes", 0); // as many as suit the machine
    } else if (document.has("measure_every")) {
      document.put("lanes", 0);
    }
  }

  private static CheckpointException damaged(Path file, JacksonException e) {
    Throwable reason = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
    String message =
        reason instanceof JacksonException parse ? parse.getOriginalMessage() : reason.getMessage();
    return new CheckpointException(file + " is damaged: " + firstLine(message), e);
  }

  private static void requireVersion(Path file, int found) {
    if (found != VERSION && found != VERSION_BEFORE) {
      throw new CheckpointException(
          file
              + " has format version "
              + found
              + "; this program reads versions "
              + VERSION_BEFORE
              + " and "
              + VERSION
              + (found > VERSION ? "; use a newer charlstm" : ""));
    }
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("no reason given");
  }
}
