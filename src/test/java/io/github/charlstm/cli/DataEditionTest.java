package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.ChildProcess;
import io.github.charlstm.data.SmallEdition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache is that of an environment variable, so the commands run in a process of their own. */
@Tag("slow")
class DataEditionTest {

  @TempDir Path folder;

  @Test
  void anotherEditionIsNamedWhereverItIsUsed() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("pg100.txt"), SmallEdition.TEXT);
    ProcessBuilder java =
        new ProcessBuilder(ChildProcess.java(List.of(), Commands.class.getName(), file.toString()));
    java.environment().put("CHARLSTM_CACHE", folder.resolve("cache").toString());
    ChildProcess.Ended ended = ChildProcess.run(java);
    assertThat(ended.code()).as(ended.err()).isZero();

    JsonNode before = shakespeare(json(ended.out().get(0)));
    assertThat(before.required("edition").isNull()).isTrue();
    assertThat(before.required("addresses").size()).isGreaterThan(1);
    assertThat(before.required("addresses").get(0)).isEqualTo(before.required("address"));

    JsonNode fetched = json(ended.out().get(1)).required("edition");
    assertThat(fetched.required("date").asText()).isEqualTo("October 29, 2024");
    assertThat(fetched.required("book").asBoolean()).isFalse();
    assertThat(fetched.required("characters").asInt()).isPositive();
    assertThat(fetched.required("vocabulary").asInt()).isPositive();
    assertThat(fetched.required("batches").asInt())
        .isEqualTo(fetched.required("characters").asInt() / 5000 + 1);

    JsonNode after = shakespeare(json(ended.out().get(2))).required("edition");
    assertThat(after.required("sha256")).isEqualTo(fetched.required("sha256"));
    assertThat(ended.err())
        .contains(
            "shakespeare is the edition of October 29, 2024 (SHA-256 "
                + fetched.required("sha256").asText()
                + "), not the book's own of September 1, 2011: ")
        .contains(" batches (949)");
  }

  /** Runs some commands. */
  static final class Commands {
    private Commands() {}

    public static void main(String[] arguments) {
      String[][] commands = {
        {"data", "list", "--json"},
        {"data", "fetch", "shakespeare", "--file", arguments[0], "--json"},
        {"data", "list", "--json"},
        {"data", "show", "shakespeare"}
      };
      for (String[] command : commands) {
        Tool.Output output = Tool.run(command);
        System.out.print(output.out());
        System.err.print(output.err());
        if (output.code() != 0) {
          System.exit(output.code());
        }
      }
    }
  }

  private static JsonNode json(String line) throws IOException {
    return new ObjectMapper().readTree(line);
  }

  private static JsonNode shakespeare(JsonNode list) {
    for (JsonNode dataSet : list.required("data_sets")) {
      if (dataSet.required("name").asText().equals("shakespeare")) {
        return dataSet;
      }
    }
    throw new AssertionError(list);
  }
}
