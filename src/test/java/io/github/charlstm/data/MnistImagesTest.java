package io.github.charlstm.data;

import static io.github.charlstm.data.TestData.realFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistImagesTest {

  private static final int PIXELS = 784;

  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void writeASetOfThree() throws IOException {
    images = write("images.gz", IdxFiles.gzip(IdxFiles.images(new byte[3 * PIXELS])));
    labels = write("labels.gz", IdxFiles.gzip(IdxFiles.labels(new byte[] {7, 2, 9})));
  }

  @Test
  void testImagesHaveTheirPublishedFacts() {
    MnistImages digits = digits();
    assertThat(digits.size()).isEqualTo(10_000);
    assertThat(new int[] {digits.label(0), digits.label(1), digits.label(9_999)})
        .containsExactly(7, 2, 6);
    int[] counts = new int[10];
    double sum = 0;
    for (int k = 0; k < digits.size(); k++) {
      counts[digits.label(k)]++;
      for (float pixel : digits.image(k)) {
        sum += pixel;
      }
    }
    assertThat(counts).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    assertThat(sum / (10_000 * PIXELS)).isBetween(0.132514, 0.132515);
  }

  @Test
  void rowsRunFromTopToBottom() {
    // The first test image is a 7: its bar is in rows 7 and 8, its stem below.
    float[] seven = digits().image(0);
    assertThat(inkOfRow(seven, 0)).isZero();
    assertThat(inkOfRow(seven, 8)).isGreaterThan(10);
    assertThat(inkOfRow(seven, 20)).isBetween(1.0, 5.0);
  }

  @Test
  void lastThousandAreHeldOut() {
    MnistImages digits = digits();
    MnistImages.Split split = digits.holdOut(1000);
    assertThat(split.training().size()).isEqualTo(9000);
    assertThat(split.test().size()).isEqualTo(1000);
    assertThat(split.training().image(8999)).isEqualTo(digits.image(8999));
    assertThat(split.test().image(0)).isEqualTo(digits.image(9000));
    assertThat(split.test().label(999)).isEqualTo(digits.label(9999));
  }

  @Test
  void pixelsAreTf1sFloats() {
    JsonNode golden = TestData.golden("mnist_batches.tf-2.15.1.json").required("pixels");
    byte[] pixels = new byte[PIXELS];
    for (int k = 0; k < 256; k++) {
      pixels[k] = (byte) k;
    }
    float[] image = IdxFiles.read(folder, pixels, new byte[1]).image(0);
    for (int k = 0; k < 256; k++) {
      assertThat(image[k]).isEqualTo((float) golden.required("values").get(k).doubleValue());
    }
  }

  @Test
  void zippedAndPlainFilesAreTheSame() throws IOException {
    assertThat(MnistImages.read(images, labels).label(2)).isEqualTo(9);
    // Some programs decompress a download and keep its name.
    write("labels.gz", IdxFiles.labels(new byte[] {7, 2, 9}));
    assertThat(MnistImages.read(images, labels).label(2)).isEqualTo(9);
  }

  @Test
  void partsAreViewsAndBatchesFollowTheirNumbers() {
    byte[] pixels = new byte[4 * PIXELS];
    for (int k = 0; k < 4; k++) {
      Arrays.fill(pixels, k * PIXELS, (k + 1) * PIXELS, (byte) (k * 85));
    }
    MnistImages part = IdxFiles.read(folder, pixels, new byte[] {0, 1, 2, 3}).part(1, 4);
    assertThat(part.size()).isEqualTo(3);
    assertThat(part.part(1, 3).label(0)).isEqualTo(2);
    MnistImages.Batch batch = part.batch(2, 0, 2);
    assertThat(batch.labels()).containsExactly(3, 1, 3);
    assertThat(batch.images()).hasSize(3 * PIXELS);
    assertThat(batch.images()[PIXELS - 1]).isEqualTo(1f);
    assertThat(batch.images()[PIXELS]).isEqualTo(part.image(0)[0]).isNotEqualTo(1f);
    assertThatThrownBy(() -> part.part(1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> part.part(0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> part.image(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> part.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> part.batch(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void holdingOutLeavesNoPartEmpty() {
    MnistImages three = MnistImages.read(images, labels);
    for (int count : new int[] {0, 3, -1}) {
      assertThatThrownBy(() -> three.holdOut(count))
          .isExactlyInstanceOf(InvalidDataException.class)
          .hasMessage("`holdout` must be 1 to 2, found " + count);
    }
  }

  @Test
  void filesInTheWrongOrderAreRejectedByTheirMagicNumber() {
    assertRejected(labels, images)
        .hasMessage(labels + " does not hold images: expected magic number 2051, found 2049");
    assertRejected(images, images)
        .hasMessage(images + " does not hold labels: expected magic number 2049, found 2051");
  }

  @Test
  void labelsAndImagesThatDifferInCountAreRejected() throws IOException {
    write("labels.gz", IdxFiles.gzip(IdxFiles.labels(new byte[] {7, 2})));
    assertRejected(images, labels)
        .hasMessage(
            images + " has 3 images but " + labels + " has 2 labels; use the two files of one set");
  }

  @Test
  void labelThatIsNoDigitIsRejected() throws IOException {
    write("labels.gz", IdxFiles.gzip(IdxFiles.labels(new byte[] {7, 2, (byte) 200})));
    assertRejected(images, labels)
        .hasMessage(labels + ": expected labels from 0 to 9, found 200 at position 2 (from 0)");
  }

  @Test
  void shortAndLongFilesAreRejected() throws IOException {
    write("labels.gz", IdxFiles.gzip(IdxFiles.idx(new byte[2], 2049, 3)));
    assertRejected(images, labels)
        .hasMessage(labels + ": expected 3 bytes for 3 labels, found only 2; fetch it again");
    write("labels.gz", IdxFiles.idx(new byte[4], 2049, 3));
    assertRejected(images, labels)
        .hasMessage(labels + ": expected 3 bytes for 3 labels, found more; fetch it again");
    write("labels.gz", IdxFiles.idx(new byte[0]));
    assertRejected(images, labels).hasMessageStartingWith(labels + " is not a gzip file:");
    write("labels.gz", new byte[] {0, 0, 8});
    assertRejected(images, labels)
        .hasMessage(labels + " is truncated: its end is missing; fetch it again");
  }

  @Test
  void headerThatClaimsBillionsAllocatesNothing() throws IOException {
    int billions = Integer.MAX_VALUE;
    write("images.gz", IdxFiles.gzip(IdxFiles.idx(new byte[9], 2051, billions, 28, 28)));
    assertRejected(images, labels)
        .hasMessage(
            images + ": expected 1 to 684784 images, found a header that claims 2147483647");
    write("images.gz", IdxFiles.gzip(IdxFiles.idx(new byte[9], 2051, -1, 28, 28)));
    assertRejected(images, labels).hasMessageEndingWith("a header that claims 4294967295");
    write("images.gz", IdxFiles.gzip(IdxFiles.idx(new byte[9], 2051, 0, 28, 28)));
    assertRejected(images, labels).hasMessageEndingWith("a header that claims 0");
    write("images.gz", IdxFiles.gzip(IdxFiles.idx(new byte[9], 2051, 684_784, 28, 28)));
    assertRejected(images, labels)
        .hasMessageContaining("expected 536870656 bytes")
        .hasMessageContaining("only 9");
  }

  @Test
  void imagesOfAnotherSizeAreRejected() throws IOException {
    write("images.gz", IdxFiles.idx(new byte[3 * 32 * 32], 2051, 3, 32, 32));
    assertRejected(images, labels)
        .hasMessage(images + ": expected images of 28 x 28, found 32 x 32");
  }

  @Test
  void fileThatIsNotGzipIsRejected() throws IOException {
    Files.writeString(images, "<html>not found</html>");
    assertRejected(images, labels)
        .hasMessage(
            images
                + " is not a gzip file: expected it to begin with bytes 1F 8B, found 3C 68; fetch"
                + " it again");
  }

  @Test
  void truncatedAndDamagedGzipIsRejected() throws IOException {
    byte[] whole = IdxFiles.gzip(IdxFiles.images(new byte[3 * PIXELS]));
    for (int length = 2; length < whole.length; length++) {
      write("images.gz", Arrays.copyOf(whole, length));
      assertRejected(images, labels).hasMessageStartingWith(images.toString());
    }
    byte[] wrongSum = whole.clone();
    wrongSum[whole.length - 6] ^= 1;
    write("images.gz", wrongSum);
    assertRejected(images, labels)
        .hasMessage(images + " is damaged: gzip says \"Corrupt GZIP trailer\"; fetch it again");
  }

  @Test
  void missingFileAndFolderAreNamed() {
    Path missing = folder.resolve("none.gz");
    assertRejected(missing, labels)
        .hasMessage("cannot read " + missing + ": no such file or folder");
    assertRejected(folder, labels).hasMessage(folder + " is a folder: expected a file");
  }

  private static AbstractThrowableAssert<?, ?> assertRejected(Path images, Path labels) {
    return assertThatThrownBy(() -> MnistImages.read(images, labels))
        .isExactlyInstanceOf(InvalidDataException.class)
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static double inkOfRow(float[] image, int row) {
    double ink = 0;
    for (int k = row * 28; k < (row + 1) * 28; k++) {
      ink += image[k];
    }
    return ink;
  }

  private static MnistImages digits() {
    return MnistImages.read(
        realFile("mnist/t10k-images-idx3-ubyte.gz"), realFile("mnist/t10k-labels-idx1-ubyte.gz"));
  }
}
