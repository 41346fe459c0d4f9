package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.cli.Tool.Output;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On the machine that runs the tests, which has TensorFlow. */
@Tag("slow")
@Tag("machine")
class DoctorCommandTest {

  @Test
  void everyTopicIsListedAndTheLibraryWorks() throws IOException {
    Output output = Tool.run("doctor", "--json");
    JsonNode fields = new ObjectMapper().readTree(output.out());
    Set<String> topics = new HashSet<>();
    fields.path("findings").forEach(finding -> topics.add(finding.path("topic").asText()));

    assertThat(output.code()).as(output.out()).isZero();
    assertThat(fields.path("problems").asInt()).isZero();
    assertThat(topics)
        .containsExactlyInAnyOrder(
            "java",
            "tensorflow",
            "processor",
            "threads",
            "memory",
            "disk",
            "data",
            "pictures",
            "python");
    assertThat(output.out()).contains("TensorFlow 2.18.0 loads and multiplies", "oneDNN uses");
  }

  @Test
  void theFormForABugReportNamesNoUser() {
    Output output = Tool.run("doctor", "--bug-report");

    assertThat(output.code()).as(output.out()).isZero();
    assertThat(output.out())
        .contains("### What I ran", "```text\nok       java        version", "disk        runs")
        .doesNotContain(System.getProperty("user.home") + "/")
        .endsWith("```\n");
  }
}
