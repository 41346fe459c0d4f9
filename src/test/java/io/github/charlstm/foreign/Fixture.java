package io.github.charlstm.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A model of {@code graphs/} and the numbers that Python computed with it. */
public record Fixture(Path folder, JsonNode numbers) {
  private static final Path GRAPHS = Path.of("graphs");

  /** All fixtures that have a document. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(GRAPHS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fixture of a name, with or without its version. */
  public static Fixture of(String name) {
    String full =
        names().stream()
            .filter(candidate -> candidate.equals(name) || candidate.startsWith(name + ".tf-"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no fixture " + name));
    try {
      return new Fixture(
          GRAPHS.resolve(full),
          new ObjectMapper().readTree(GRAPHS.resolve(full + ".json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code saved-model}, {@code meta-graph}, {@code graph-def} or {@code keras}. */
  private String format() {
    return numbers.get("format").asText();
  }

  /** The path to open: a SavedModel's folder, a {@code .meta} file or a GraphDef. */
  public Path path() {
    return switch (format()) {
      case "meta-graph" -> folder.resolve(numbers.get("prefix").asText() + ".meta");
      case "graph-def" -> folder.resolve(numbers.get("file").asText());
      default -> folder;
    };
  }

  /** The defaults for this model's format. */
  ForeignModelOptions options() {
    return switch (format()) {
      case "meta-graph" -> ForeignModelOptions.metaGraph();
      case "graph-def" -> ForeignModelOptions.graphDef();
      default -> ForeignModelOptions.savedModel();
    };
  }

  ForeignModel open(ForeignModelOptions options) {
    return ForeignModel.open(path(), options);
  }

  public ForeignModel open() {
    return open(options());
  }

  public String vocabulary() {
    return numbers.get("vocabulary").asText();
  }

  int[] indices() {
    return new ObjectMapper().convertValue(numbers.get("indices"), int[].class);
  }

  /** {@code [50][V]}. */
  float[][] predictions() {
    return new ObjectMapper().convertValue(numbers.get("predictions"), float[][].class);
  }

  public String text() {
    return numbers.get("cross_entropy_text").asText();
  }

  int[] encodedText() {
    return text().codePoints().map(vocabulary()::indexOf).toArray();
  }

  public double crossEntropy() {
    return numbers.get("cross_entropy").asDouble();
  }

  String role(String name) {
    JsonNode value = numbers.get("roles").get(name);
    if (value.isTextual()) {
      return value.asText();
    }
    return String.join(",", new ObjectMapper().convertValue(value, String[].class));
  }
}
