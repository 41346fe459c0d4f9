package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.github.charlstm.checkpoint.PythonCheckpoints.Expected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damages Python's checkpoints in every form, the same way in each run. A damaged one is either
 * rejected by a one-line {@link CheckpointException} that names a file, or has every tensor as
 * Python saved it; nothing else may be thrown.
 *
 * <p>Unused bytes: in a table's footer of 40 bytes, those after the two handles; and the handles'
 * last integer may be encoded with one more zero byte. Every other flipped bit must be found. Other
 * damage that stays readable changes nothing: a file cut at its end, a shard replaced by an equal
 * one.
 */
class CheckpointFuzzTest {
  private static final Map<String, Expected> EXPECTED = PythonCheckpoints.expected();

  @TempDir Path folder;

  private enum Outcome {
    REFUSED,
    UNCHANGED
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2-sharded", "v1", "v1-sharded", "v1-packed"})
  void truncatedFilesAreRejected(String form) throws IOException {
    Random random = new Random(form.hashCode());
    for (int round = 0; round < 40; round++) {
      List<Path> files = copy(form);
      Path file = files.get(random.nextInt(files.size()));
      byte[] whole = Files.readAllBytes(file);
      int length = round == 0 ? 0 : random.nextInt(whole.length);
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(outcome()).as("%s cut to %d bytes", file, length).isEqualTo(Outcome.REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2-sharded", "v1", "v1-sharded", "v1-packed"})
  void everyFlippedBitIsRejectedUnlessItIsUnused(String form) throws IOException {
    Random random = new Random(form.hashCode() + 1L);
    List<Path> files = copy(form);
    for (int round = 0; round < 100; round++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] whole = Files.readAllBytes(file);
      int at =
          round % 4 == 0
              ? whole.length - 1 - random.nextInt(200 % whole.length)
              : random.nextInt(whole.length);
      byte[] changed = whole.clone();
      int bit = random.nextInt(8);
      changed[at] ^= (byte) (1 << bit);
      Files.write(file, changed);
      assertThat(outcome())
          .as("bit %d flipped in byte %d of %s", bit, at, file)
          .isEqualTo(
              TableBlocks.meansNothing(file, whole, at, bit) ? Outcome.UNCHANGED : Outcome.REFUSED);
      Files.write(file, whole);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2-sharded", "v1", "v1-sharded", "v1-packed"})
  void randomBytesAreRejectedOrChangeNothing(String form) throws IOException {
    Random random = new Random(form.hashCode() + 2L);
    for (int round = 0; round < 25; round++) {
      List<Path> files = copy(form);
      Path file = files.get(random.nextInt(files.size()));
      byte[] bytes = Files.readAllBytes(file);
      int at = random.nextInt(bytes.length);
      byte[] noise = new byte[1 + random.nextInt(Math.min(64, bytes.length - at))];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, bytes, at, noise.length);
      Files.write(file, bytes);
      outcome();
    }
  }

  /** As by a faulty writer: wrong contents with right checksums. */
  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2-sharded", "v1", "v1-sharded", "v1-packed"})
  void wrongListsWithRightChecksumsAreRejected(String form) throws IOException {
    Random random = new Random(form.hashCode() + 3L);
    int rejected = 0;
    for (int round = 0; round < 100; round++) {
      List<Path> files = copy(form);
      Path file = files.get(files.size() - 1); // the index; of V1, a whole file
      byte[] bytes = Files.readAllBytes(file);
      int length = TableBlocks.firstLength(bytes);
      for (int change = 0; change <= random.nextInt(3); change++) {
        bytes[random.nextInt(length)] =
            (byte) (random.nextInt(4) == 0 ? 0xff : random.nextInt(256));
      }
      TableBlocks.seal(bytes, length);
      Files.write(file, bytes);
      rejected += readsWithoutSurprise() ? 0 : 1;
    }
    assertThat(rejected).isGreaterThan(20);
  }

  @Test
  void swappedShardsAreRejectedOrChangeNothing() throws IOException {
    List<Path> v2 = copy("v2-sharded");
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < i; j++) {
        swap(v2.get(i), v2.get(j));
        assertThat(outcome()).as("shards %d and %d", i, j).isEqualTo(Outcome.REFUSED);
        swap(v2.get(i), v2.get(j));
      }
    }
    assertThat(outcome()).isEqualTo(Outcome.UNCHANGED);
    List<Path> v1 = copy("v1-sharded");
    swap(v1.get(0), v1.get(1)); // each lists its own tensors
    assertThat(outcome()).isEqualTo(Outcome.UNCHANGED);
    Files.copy(v1.get(0), v1.get(1), StandardCopyOption.REPLACE_EXISTING);
    assertThat(outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void anIndexWithTheDataOfAnotherCheckpointIsRejected() throws IOException {
    List<Path> files = copy("v2");
    byte[] other = Files.readAllBytes(files.get(0));
    for (int i = 0; i < other.length; i++) {
      other[i] += 1; // same sizes, other numbers
    }
    Files.write(files.get(0), other);
    assertThat(outcome()).isEqualTo(Outcome.REFUSED);
    copy("v2-sharded");
    Files.write(folder.resolve("m.index"), Files.readAllBytes(index("v2")));
    assertThat(outcome()).isEqualTo(Outcome.REFUSED);
    copy("v2");
    Files.write(folder.resolve("m.index"), Files.readAllBytes(index("v2-sharded")));
    assertThat(outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void swappedBytesOfTwoTensorsOrBlocksAreRejected() throws IOException {
    for (String form : PythonCheckpoints.ALL) {
      Random random = new Random(form.hashCode() + 4L);
      for (int round = 0; round < 15; round++) {
        List<Path> files = copy(form);
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        int length = 1 + random.nextInt(32);
        int first = random.nextInt(bytes.length / 2 - length + 1);
        int second = bytes.length / 2 + random.nextInt(bytes.length / 2 - length);
        byte[] kept = Arrays.copyOfRange(bytes, first, first + length);
        System.arraycopy(bytes, second, bytes, first, length);
        System.arraycopy(kept, 0, bytes, second, length);
        boolean same = Arrays.equals(bytes, Files.readAllBytes(file));
        Files.write(file, bytes);
        if (!same && outcome() == Outcome.UNCHANGED) {
          fail("bytes %d and %d of %s swapped in silence", first, second, file);
        }
      }
    }
  }

  @Test
  void emptyFilesFoldersAndMissingFilesAreRejected() throws IOException {
    for (String form : PythonCheckpoints.ALL) {
      for (int i = 0; i < PythonCheckpoints.files(form).size(); i++) {
        Path file = copy(form).get(i);
        Files.write(file, new byte[0]);
        assertThat(outcome()).as("%s empty", file).isEqualTo(Outcome.REFUSED);
        Files.delete(file);
        assertThat(outcome()).as("%s missing", file).isEqualTo(Outcome.REFUSED);
        Files.createDirectory(file);
        assertThat(outcome()).as("%s a folder", file).isEqualTo(Outcome.REFUSED);
      }
    }
  }

  @Test
  void aDamagedStateFileIsRejectedOrNamesACheckpoint() throws IOException {
    Random random = new Random(5);
    copy("v1");
    byte[] whole =
        "model_checkpoint_path: \"m\"\nall_model_checkpoint_paths: \"m\"\n"
            .getBytes(StandardCharsets.UTF_8);
    Path state = folder.resolve("checkpoint");
    for (int round = 0; round < 100; round++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(
          state, round % 4 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : changed);
      try {
        CheckpointState.latestCheckpoint(folder)
            .ifPresent(
                latest -> PythonCheckpoints.assertHolds(CheckpointReader.open(latest), EXPECTED));
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).contains(state.toString());
      }
    }
    Files.delete(state);
    Files.createDirectory(state);
    assertThatThrownBy(() -> CheckpointState.latestCheckpoint(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(state.toString());
  }

  /** Any other outcome fails the test. */
  private Outcome outcome() {
    try {
      CheckpointReader reader = CheckpointReader.open(folder.resolve("m"));
      reader.verifyAll();
      PythonCheckpoints.assertHolds(reader, EXPECTED);
      return Outcome.UNCHANGED;
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).contains(folder.resolve("m").toString()).doesNotContain("\n");
      return eachTensorIsRightOrRejected();
    }
  }

  /** Without verifying everything first, no wrong tensor may be read either. */
  private Outcome eachTensorIsRightOrRejected() {
    try {
      CheckpointReader reader = CheckpointReader.open(folder.resolve("m"));
      for (Expected tensor : EXPECTED.values()) {
        try {
          PythonCheckpoints.assertHolds(reader, tensor);
        } catch (CheckpointException e) {
          assertThat(e.getMessage()).contains(folder.resolve("m").toString());
        }
      }
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    }
    return Outcome.REFUSED;
  }

  private boolean readsWithoutSurprise() {
    try {
      CheckpointReader reader = CheckpointReader.open(folder.resolve("m"));
      for (String name : reader.tensors().keySet()) {
        try {
          reader.readTensor(name).close();
          reader.readFloats(name);
        } catch (CheckpointException e) {
          assertThat(e.getMessage()).contains(folder.resolve("m").toString());
        }
      }
      reader.verifyAll();
      return true;
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).contains(folder.resolve("m").toString());
      return false;
    }
  }

  /**
   * Writes the files of a form, and no others, to the folder with the prefix m; an index is last.
   */
  private List<Path> copy(String form) throws IOException {
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.toList()) {
        DurableFiles.deleteTree(file);
      }
    }
    String start = PythonCheckpoints.prefix(form).getFileName().toString();
    List<Path> copies = new ArrayList<>();
    for (Path file : PythonCheckpoints.files(form)) {
      copies.add(folder.resolve("m" + file.getFileName().toString().substring(start.length())));
      Files.copy(file, copies.get(copies.size() - 1));
    }
    return copies;
  }

  private static Path index(String form) {
    return CheckpointFiles.sibling(PythonCheckpoints.prefix(form), ".index");
  }

  private void swap(Path one, Path other) throws IOException {
    byte[] bytes = Files.readAllBytes(one);
    Files.write(one, Files.readAllBytes(other));
    Files.write(other, bytes);
  }
}
