package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

@Tag("slow")
class DamagedCheckpointTest {
  private static final float[] KERNEL = {1f, -2.5f, 3f, 0f, 1e-30f};
  private static final long[] STEP = {14000, -1};

  @TempDir Path folder;
  private Path prefix;
  private Path index;
  private Path data;

  @BeforeEach
  void writeSmallBundle() throws IOException {
    prefix = folder.resolve("small");
    index = folder.resolve("small.index");
    data = folder.resolve("small.data-00000-of-00001");
    try (TFloat32 kernel = TFloat32.vectorOf(KERNEL);
        TInt64 step = TInt64.vectorOf(STEP);
        TString note = TString.vectorOf("note", "")) {
      TensorBundle.write(prefix, Map.of("cell/kernel", kernel, "cell/step", step, "note", note));
    }
  }

  @Test
  void theUndamagedBundleReadsBack() {
    assertThat(readsBackUnchanged()).isTrue();
  }

  @Test
  void everyTruncationOfEitherFileIsRejected() throws IOException {
    for (Path file : new Path[] {index, data}) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThat(readsBackUnchanged()).as("%s cut to %d bytes", file, length).isFalse();
      }
      Files.write(file, whole);
    }
  }

  @Test
  void everyFlippedBitOfTheDataIsReported() throws IOException {
    byte[] whole = Files.readAllBytes(data);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      Files.write(data, flipped(whole, bit));
      assertThat(readsBackUnchanged()).as("bit %d of the data", bit).isFalse();
    }
  }

  @Test
  void aFlippedBitOfTheIndexIsReportedOrChangesNothing() throws IOException {
    byte[] whole = Files.readAllBytes(index);
    int harmless = 0;
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      Files.write(index, flipped(whole, bit));
      harmless += readsBackUnchanged() ? 1 : 0;
    }
    // only the padding between the footer's handles and its magic number has no meaning
    assertThat(harmless).isLessThanOrEqualTo(8 * 40);
  }

  @Test
  void garbageWithARightChecksumIsReportedLikeOtherDamage() throws IOException {
    byte[] whole = Files.readAllBytes(index);
    int blockLength = TableBlocks.firstLength(whole);
    Random random = new Random(1);
    int rejected = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] changed = whole.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        changed[random.nextInt(blockLength)] = (byte) random.nextInt(256);
      }
      TableBlocks.seal(changed, blockLength);
      Files.write(index, changed);
      rejected += readsBackWithoutSurprise() ? 0 : 1;
    }
    assertThat(rejected).isGreaterThan(750);
  }

  @Test
  void aMissingDataFileIsNamed() throws IOException {
    Files.delete(data);
    assertThatThrownBy(() -> CheckpointReader.open(prefix))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("incomplete")
        .hasMessageContaining(data.toString());
  }

  @Test
  void anUncompressedBlockMarkedAsCompressedIsDamaged() throws IOException {
    byte[] bytes = Files.readAllBytes(index);
    int length = TableBlocks.firstLength(bytes);
    bytes[length] = 1;
    TableBlocks.seal(bytes, length);
    Files.write(index, bytes);
    assertThatThrownBy(() -> CheckpointReader.open(prefix))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("points outside its block");
  }

  @Test
  void damageOfATensorNamesFileAndTensorInOneLine() throws IOException {
    byte[] bytes = Files.readAllBytes(data);
    bytes[0] ^= 1;
    Files.write(data, bytes);
    assertThatThrownBy(() -> CheckpointReader.open(prefix).verifyAll())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining("checksum of tensor cell/kernel")
        .message()
        .doesNotContain("\n");
  }

  /** False if the damage was reported; fails if it was not, or in another way. */
  private boolean readsBackUnchanged() {
    try {
      CheckpointReader reader = CheckpointReader.open(prefix);
      reader.verifyAll();
      assertThat(reader.tensors().keySet()).containsExactly("cell/kernel", "cell/step", "note");
      assertThat(reader.readFloats("cell/kernel")).isEqualTo(KERNEL);
      assertThat(reader.readLongs("cell/step")).isEqualTo(STEP);
      return true;
    } catch (CheckpointException e) {
      return false;
    }
  }

  private boolean readsBackWithoutSurprise() {
    try {
      CheckpointReader reader = CheckpointReader.open(prefix);
      reader.verifyAll();
      reader.readFloats("cell/kernel");
      reader.readLongs("cell/step");
      return true;
    } catch (CheckpointException e) {
      return false;
    }
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    return changed;
  }
}
