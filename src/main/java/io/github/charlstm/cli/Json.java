package io.github.charlstm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A JSON object to print, its fields in the order in which they were put. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private final ObjectNode node = MAPPER.createObjectNode();

  private Json() {}

  static Json object() {
    return new Json();
  }

  /**
   * Adds a field: a text, number, boolean, path, another object, or a collection or map of those;
   * an empty optional, an infinity and NaN become null; a float is written as {@link
   * Float#toString} does.
   */
  Json put(String name, Object value) {
    node.set(name, MAPPER.valueToTree(plain(value)));
    return this;
  }

  /** Adds a text, formatted as by {@link String#format} in no locale. */
  Json put(String name, String format, Object... arguments) {
    return put(name, String.format(Locale.ROOT, format, arguments));
  }

  /** The values as text, by their names. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    node.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  /** In one line. */
  @Override
  public String toString() {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Json object) {
      return object.node;
    } else if (value instanceof Path path) {
      return path.toString();
    } else if (value instanceof Optional<?> some) {
      return some.map(Json::plain).orElse(null);
    } else if (value instanceof OptionalDouble some) {
      return some.isPresent() ? plain(some.getAsDouble()) : null;
    } else if (value instanceof Double || value instanceof Float) {
      return Double.isFinite(((Number) value).doubleValue()) ? value : null; // JSON has none
    } else if (value instanceof Collection<?> values) {
      return values.stream()
          .map(Json::plain)
          .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
    } else if (value instanceof Map<?, ?> fields) {
      Map<String, Object> plain = new LinkedHashMap<>();
      fields.forEach((key, field) -> plain.put(String.valueOf(key), plain(field)));
      return plain;
    }
    return value;
  }
}
