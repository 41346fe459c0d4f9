package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.SaverDef;

/** Files, names and states of Python's Saver, call by call. */
class SaverFilesTest {
  @TempDir Path folder;

  static Stream<Named<JsonNode>> cases() throws IOException {
    List<Named<JsonNode>> cases = new ArrayList<>();
    Path golden = Path.of("src/test/resources/goldens/saver_files.tf-2.15.1.json");
    for (JsonNode one : new ObjectMapper().readTree(golden.toFile()).required("cases")) {
      cases.add(Named.of(one.required("case").asText(), one));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void filesAreThoseOfPython(JsonNode golden) throws IOException {
    try (ValueGraph values = new ValueGraph()) {
      values
          .variable("v0", values.tf.constant(new float[] {1, 2}), "/cpu:0")
          .variable("v1", values.tf.constant(3), "/cpu:1")
          .initialize();
      Saver saver = saver(values, golden.required("options"));
      assertThat(saver.saverDef()).isEqualTo(definition(golden.required("saver_def")));
      for (JsonNode call : golden.required("calls")) {
        JsonNode arguments = call.required("arguments");
        Path path =
            saver.save(values.session, folder.resolve(call.get("name").asText()), save(arguments));
        assertThat(path).isEqualTo(path(call.required("path")));
        try (Stream<Path> files = Files.list(folder)) {
          assertThat(files.map(file -> file.getFileName().toString()).sorted())
              .containsExactlyElementsOf(texts(call.required("files")));
        }
        if (!call.required("state").isNull()) {
          String state = arguments.path("latest_filename").asText("checkpoint");
          assertThat(folder.resolve(state))
              .hasContent(call.get("state").asText().replace("FOLDER", folder.toString()));
        }
        List<Path> last = new ArrayList<>();
        call.required("last_checkpoints").forEach(one -> last.add(path(one)));
        assertThat(saver.lastCheckpoints()).isEqualTo(last);
        values.assign("v0", values.tf.constant(new float[] {8, 9}));
        saver.restore(values.session, path);
        assertThat(values.floats("v0")).containsExactly(1, 2);
        assertThat(values.number("v1")).isEqualTo(3);
      }
    }
  }

  private static Saver saver(ValueGraph values, JsonNode options) {
    Saver.Builder saver = values.saver();
    options
        .properties()
        .forEach(
            option -> {
              JsonNode value = option.getValue();
              switch (option.getKey()) {
                case "max_to_keep" -> saver.maxToKeep(value.asInt());
                case "keep_checkpoint_every_n_hours" ->
                    saver.keepCheckpointEveryNHours(value.asDouble());
                case "pad_step_number" -> saver.padStepNumber(value.asBoolean());
                case "save_relative_paths" -> saver.saveRelativePaths(value.asBoolean());
                case "sharded" -> saver.sharded(value.asBoolean());
                case "write_version" ->
                    saver.writeVersion(SaverDef.CheckpointFormatVersion.forNumber(value.asInt()));
                default -> throw new IllegalStateException(option.getKey());
              }
            });
    return saver.build();
  }

  private static SaveOptions save(JsonNode arguments) {
    SaveOptions.Builder save = SaveOptions.builder();
    arguments
        .properties()
        .forEach(
            argument -> {
              JsonNode value = argument.getValue();
              switch (argument.getKey()) {
                case "global_step" -> save.globalStep(value.asLong());
                case "latest_filename" -> save.latestFilename(value.asText());
                case "meta_graph_suffix" -> save.metaGraphSuffix(value.asText());
                case "write_meta_graph" -> save.writeMetaGraph(value.asBoolean());
                case "write_state" -> save.writeState(value.asBoolean());
                default -> throw new IllegalStateException(argument.getKey());
              }
            });
    return save.build();
  }

  private static SaverDef definition(JsonNode golden) {
    return SaverDef.newBuilder()
        .setFilenameTensorName(golden.required("filename_tensor_name").asText())
        .setSaveTensorName(golden.required("save_tensor_name").asText())
        .setRestoreOpName(golden.required("restore_op_name").asText())
        .setMaxToKeep(golden.required("max_to_keep").asInt())
        .setSharded(golden.required("sharded").asBoolean())
        .setKeepCheckpointEveryNHours(
            (float) golden.required("keep_checkpoint_every_n_hours").asDouble())
        .setVersionValue(golden.required("version").asInt())
        .build();
  }

  private Path path(JsonNode text) {
    return Path.of(text.asText().replace("FOLDER", folder.toString()));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
