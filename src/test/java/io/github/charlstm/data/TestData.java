package io.github.charlstm.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;

/** The real data files, which may be missing, and files that Python wrote. */
public final class TestData {

  private TestData() {}

  /** A real data file; the test is skipped if it is missing. */
  static Path realFile(String name) {
    String data = System.getenv("CHARLSTM_TEST_DATA");
    assumeTrue(data != null, name + " is not here: CHARLSTM_TEST_DATA is not set");
    Path file = Path.of(data).resolve(name);
    assumeTrue(Files.exists(file), name + " is not here: CHARLSTM_TEST_DATA has no " + file);
    return file;
  }

  /** A file of {@code src/test/resources/goldens}. */
  static JsonNode golden(String name) {
    try (InputStream file = TestData.class.getResourceAsStream("/goldens/" + name)) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a list, by name. */
  static Stream<Named<JsonNode>> cases(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(one -> Named.of(one.required("case").asText(), one));
  }

  /** The values of a list, or of a tensor. */
  static int[] integers(JsonNode node) {
    JsonNode list = node.has("values") ? node.required("values") : node;
    return IntStream.range(0, list.size()).map(k -> list.get(k).intValue()).toArray();
  }

  /** The files of a folder and of the folders in it, sorted. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Copies a folder; files that are there already are left as they are. */
  public static Path copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      if (!Files.exists(target)) {
        Files.copy(file, target);
      }
    }
    return to;
  }
}
