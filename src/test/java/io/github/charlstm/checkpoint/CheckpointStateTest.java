package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("machine")
class CheckpointStateTest {
  @TempDir Path folder;

  @Test
  void theFileLooksAsTensorFlow1WritesIt() throws IOException {
    new CheckpointState("i200_l512", List.of("i100_l512", "i200_l512")).write(folder);
    assertThat(Files.readString(folder.resolve("checkpoint")))
        .isEqualTo(
            """
            model_checkpoint_path: "i200_l512"
            all_model_checkpoint_paths: "i100_l512"
            all_model_checkpoint_paths: "i200_l512"
            """);
  }

  @Test
  void quotesBackslashesAndOtherAlphabetsAreEscaped() throws IOException {
    CheckpointState state =
        new CheckpointState("a \"b\"\\c\n\u00e9/Анна", List.of("x/../y", "C:\\run"));
    state.write(folder);
    assertThat(Files.readString(folder.resolve("checkpoint")))
        .startsWith("model_checkpoint_path: \"a \\\"b\\\"\\\\c\\n\\303\\251/");
    assertThat(CheckpointState.read(folder)).contains(state);
  }

  @Test
  void writingReplacesTheOldFileAndLeavesNothingElse() throws IOException {
    new CheckpointState("one", List.of("one")).write(folder);
    new CheckpointState("two", List.of("one", "two")).write(folder);
    assertThat(CheckpointState.read(folder).orElseThrow().modelCheckpointPath()).isEqualTo("two");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("checkpoint"));
    }
  }

  @Test
  void timesOfNewerVersionsAreIgnored() throws IOException {
    Files.writeString(
        folder.resolve("checkpoint"),
        """
        # by hand
        model_checkpoint_path: 'model.ckpt-\\061'
        all_model_checkpoint_paths: "model.ckpt-1"
        all_model_checkpoint_timestamps: 1589134437.2186139
        last_preserved_timestamp: 1589134436.5
        """);
    assertThat(CheckpointState.read(folder))
        .contains(new CheckpointState("model.ckpt-1", List.of("model.ckpt-1")));
  }

  @Test
  void noFileIsNoState() {
    assertThat(CheckpointState.read(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model_checkpoint_path: ",
        "model_checkpoint_path: \"open",
        "model_checkpoint_path: \"\"",
        "all_model_checkpoint_paths: \"only\"",
        "model_checkpoint_path: \"a\"\nmodel_checkpoint_path: \"b\"",
        "model_checkpoint_path: \"a\\q\"",
        "{\"json\": true}",
        "\u0000\u0001"
      })
  void aMalformedFileIsNamed(String text) throws IOException {
    Files.writeString(folder.resolve("checkpoint"), text);
    assertThatThrownBy(() -> CheckpointState.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("malformed checkpoint state file")
        .hasMessageContaining(folder.resolve("checkpoint").toString());
  }

  @Test
  void aFileThatIsNoTextIsNamed() throws IOException {
    Files.write(folder.resolve("checkpoint"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
    assertThatThrownBy(() -> CheckpointState.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("checkpoint").toString());
  }

  @Test
  void emptyPathsAreRejected() {
    assertThatThrownBy(() -> new CheckpointState(" ", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CheckpointState("a", List.of("")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLatestCheckpointOfEitherFormatIsFoundAlsoAfterAMove() throws IOException {
    assertThat(CheckpointState.latestCheckpoint(folder)).isEmpty();
    Files.writeString(folder.resolve("m-1"), "V1");
    Files.writeString(folder.resolve("m-2.index"), "V2");
    Files.writeString(folder.resolve("m-3-00000-of-00001"), "V1 in shards");
    for (String name : List.of("m-1", "m-2", "m-3", "m-3-?????-of-00001")) {
      for (String before : List.of("", "./", "/home/somebody/save/", "C:\\save\\")) {
        new CheckpointState(before + name, List.of(name)).write(folder);
        assertThat(CheckpointState.latestCheckpoint(folder).orElseThrow().normalize())
            .isEqualTo(folder.resolve(name));
      }
    }
  }

  @Test
  void aPathElsewhereIsUsedIfTheFolderHasNoSuchCheckpoint(@TempDir Path elsewhere)
      throws IOException {
    Path given = elsewhere.resolve("m-1");
    Files.writeString(given, "V1");
    new CheckpointState(given.toString(), List.of()).write(folder);
    assertThat(CheckpointState.latestCheckpoint(folder)).contains(given);
    Files.writeString(folder.resolve("m-1"), "V1");
    assertThat(CheckpointState.latestCheckpoint(folder)).contains(folder.resolve("m-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m-4", "/", "..", ".", "/home/somebody/m-4"})
  void aMissingLatestCheckpointIsEmpty(String path) throws IOException {
    new CheckpointState(path, List.of(path)).write(folder);
    assertThat(CheckpointState.latestCheckpoint(folder)).isEmpty();
  }

  @Test
  void anInvalidPathOrMissingShardsAreAnErrorThatNamesTheStateFile() throws IOException {
    Files.writeString(folder.resolve("m-3-00000-of-00002"), "V1 in shards");
    for (String path : List.of("a\u0000b", "m-3")) {
      new CheckpointState(path, List.of(path)).write(folder);
      assertThatThrownBy(() -> CheckpointState.latestCheckpoint(folder))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(folder.resolve("checkpoint").toString())
          .hasMessageContaining(path);
    }
  }
}
