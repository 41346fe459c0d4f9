package io.github.charlstm.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON texts of one value: anything after it, or a key that occurs twice, is an error. */
public final class StrictJson {
  /** Reads and writes trees. */
  public static final JsonMapper MAPPER = builder().build();

  private StrictJson() {}

  /** {@return a builder of a mapper that is as strict} */
  public static JsonMapper.Builder builder() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /** {@return what is wrong with a text and where, in one line} */
  public static String problem(JsonProcessingException failure) {
    JsonLocation at = failure.getLocation();
    String place =
        at == null ? "" : " (line %s, column %s)".formatted(at.getLineNr(), at.getColumnNr());
    return "broken JSON" + place + ": " + FileFailures.oneLine(failure.getOriginalMessage());
  }
}
