package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.NdArrays;

/** Reads every form of checkpoint that Python's Saver writes. */
@Tag("machine")
class PythonCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2-sharded", "v1", "v1-sharded", "v1-packed"})
  void everyTensorOfEveryFormHasPythonsValues(String name) {
    CheckpointReader reader = CheckpointReader.open(PythonCheckpoints.prefix(name));
    reader.verifyAll();
    PythonCheckpoints.assertHolds(reader, PythonCheckpoints.expected());
  }

  @Test
  void pythonsPatternForAllShardsOfAV1CheckpointIsUnderstood() {
    Path pattern = PythonCheckpoints.FOLDER.resolve("v1-sharded.tf-2.15.1-?????-of-00002");
    PythonCheckpoints.assertHolds(CheckpointReader.open(pattern), PythonCheckpoints.expected());
    assertThatThrownBy(() -> CheckpointReader.open(PythonCheckpoints.prefix("v1-none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("checkpoint not found")
        .hasMessageContaining("v1-none.tf-2.15.1.index");
  }

  @Test
  void aMissingShardOfAV1CheckpointIsNamed() throws IOException {
    copy("v1-sharded", "m");
    Files.delete(folder.resolve("m-00000-of-00002"));
    assertThatThrownBy(() -> CheckpointReader.open(folder.resolve("m")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("incomplete")
        .hasMessageContaining("m-00000-of-00002 is missing");
  }

  @Test
  void shardsOfTwoV1CheckpointsOfOneNameAreRejectedWithoutAPattern() throws IOException {
    copy("v1-sharded", "m");
    Files.copy(PythonCheckpoints.prefix("v1"), folder.resolve("m-00000-of-00001"));
    assertThatThrownBy(() -> CheckpointReader.open(folder.resolve("m")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has files of [1, 2] shards");
    Path one = folder.resolve("m-?????-of-00001");
    PythonCheckpoints.assertHolds(CheckpointReader.open(one), PythonCheckpoints.expected());
  }

  @Test
  void aV1FileThatChangesAfterOpeningIsNoticed() throws IOException {
    Path file = folder.resolve("m");
    byte[] whole = Files.readAllBytes(PythonCheckpoints.prefix("v1"));
    Files.write(file, whole);
    CheckpointReader reader = CheckpointReader.open(file);
    for (int i = 0; i < whole.length; i++) {
      whole[i] ^= 16;
    }
    Files.write(file, whole);
    assertThatThrownBy(() -> reader.readFloats("rows"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the checksum of the block at 0 differs");
    Files.write(
        file,
        Files.readAllBytes(
            PythonCheckpoints.prefix("v1-sharded")
                .resolveSibling("v1-sharded.tf-2.15.1-00001-of-00002")));
    assertThatThrownBy(() -> reader.readFloats("rows")).isInstanceOf(CheckpointException.class);
  }

  @Test
  void v2IsReadIfBothFormatsExist() throws IOException {
    copy("v2", "m");
    Files.writeString(folder.resolve("m"), "no checkpoint");
    PythonCheckpoints.assertHolds(
        CheckpointReader.open(folder.resolve("m")), PythonCheckpoints.expected());
  }

  @Test
  void aFolderInPlaceOfTheFileIsReported() throws IOException {
    Files.createDirectory(folder.resolve("m"));
    assertThatThrownBy(() -> CheckpointReader.open(folder.resolve("m")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("which is a folder");
  }

  /** Starts and lengths below 64, 8192 and 1048576 take 1, 2 and 3 bytes of a key. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 8191, 8192, 1_048_575, 1_048_576})
  void slicesAreFoundForStartsOfEverySize(int first) throws IOException {
    Path prefix = folder.resolve("slices");
    int rest = 70;
    float[] values = new float[first + rest];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    int length = values.length;
    CheckpointReaderTest.saveSlices(
        prefix,
        "v\u0000\u00ff",
        new TreeMap<>(
            Map.of(
                length + " 0," + first, NdArrays.vectorOf(Arrays.copyOf(values, first)),
                length + " " + first + "," + rest,
                    NdArrays.vectorOf(Arrays.copyOfRange(values, first, length)))));
    assertThat(CheckpointReader.open(prefix).readFloats("v\u0000\u00ff")).isEqualTo(values);
  }

  private void copy(String name, String prefix) throws IOException {
    String old = PythonCheckpoints.prefix(name).getFileName().toString();
    for (Path file : PythonCheckpoints.files(name)) {
      String rest = file.getFileName().toString().substring(old.length());
      Files.copy(file, folder.resolve(prefix + rest));
    }
  }
}
