package io.github.charlstm.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Images of handwritten digits with their labels, 28 rows of 28 pixels each. Immutable.
 *
 * <p>A pixel's byte, 0 (paper) to 255 (ink), is multiplied by {@code 1.0 / 255.0} in float32, as
 * {@code tensorflow.examples.tutorials.mnist.input_data} does; that is not always the float32
 * nearest to {@code byte / 255}.
 *
 * <p>See Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
 * recognition. Proceedings of the IEEE, 1998.
 */
public final class MnistImages {

  /** Rows of an image: the steps of its sequence. */
  public static final int ROWS = 28;

  /** Pixels of a row: the inputs of one step. */
  public static final int COLUMNS = 28;

  /** Number of digits. */
  public static final int CLASSES = 10;

  private static final int PIXELS = ROWS * COLUMNS;
  private static final int IMAGES_MAGIC = 2051;
  private static final int LABELS_MAGIC = 2049;
  private static final float SCALE = (float) (1.0 / 255.0);

  private final byte[] pixels;
  private final byte[] labels;
  // This object has the images [from, to) of the arrays.
  private final int from;
  private final int to;

  /** N images, pixels from 0 to 1, {@code [N, 28, 28]} row-major, and their digits {@code [N]}. */
  public record Batch(float[] images, int[] labels) {}

  /** Images in two parts, the first and the last ones. */
  public record Split(MnistImages training, MnistImages test) {}

  private MnistImages(byte[] pixels, byte[] labels, int from, int to) {
    this.pixels = pixels;
    this.labels = labels;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads the two IDX files of a set, each gzip or not (magic numbers 2051 and 2049). An
   * InvalidDataException if a file cannot be read or is not as its header says, a label is not 0 to
   * 9, or the numbers of images and labels differ.
   */
  public static MnistImages read(Path images, Path labels) {
    byte[] pixels = new IdxFile(images, IMAGES_MAGIC, "images", ROWS, COLUMNS).read();
    byte[] digits = new IdxFile(labels, LABELS_MAGIC, "labels").read();
    if (digits.length != pixels.length / PIXELS) {
      throw InvalidDataException.of(
          "%s has %s images but %s has %s labels; use the two files of one set",
          images, pixels.length / PIXELS, labels, digits.length);
    }
    for (int position = 0; position < digits.length; position++) {
      if (Byte.toUnsignedInt(digits[position]) >= CLASSES) {
        throw InvalidDataException.of(
            "%s: expected labels from 0 to 9, found %s at position %s (from 0)",
            labels, Byte.toUnsignedInt(digits[position]), position);
      }
    }
    return new MnistImages(pixels, digits, 0, digits.length);
  }

  /** {@return the pixels of an IDX file of images, from 0 to 1, {@code [N, 28, 28]} row-major} */
  public static float[] readPixels(Path images) {
    byte[] pixels = new IdxFile(images, IMAGES_MAGIC, "images", ROWS, COLUMNS).read();
    float[] values = new float[pixels.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = Byte.toUnsignedInt(pixels[k]) * SCALE;
    }
    return values;
  }

  /** {@return the number of images, at least 1} */
  public int size() {
    return to - from;
  }

  /** {@return the pixels of one image, from 0 to 1, {@code [28, 28]} in row-major order} */
  public float[] image(int index) {
    float[] image = new float[PIXELS];
    copyPixels(Objects.checkIndex(index, size()), image, 0);
    return image;
  }

  /** {@return the digit of one image, 0 to 9} */
  public int label(int index) {
    return labels[from + Objects.checkIndex(index, size())];
  }

  /**
   * {@return a view of the images from {@code first} to before {@code end}} TF1's {@code
   * read_data_sets} keeps the first 5,000 of the training set for validation and trains on {@code
   * part(5000, 60000)}.
   */
  public MnistImages part(int first, int end) {
    Objects.checkFromToIndex(first, end, size());
    Objects.checkIndex(first, end);
    return new MnistImages(pixels, labels, from + first, from + end);
  }

  /**
   * Holds the last images out from training (on the command line: {@code --holdout}).
   *
   * @throws InvalidDataException if a part would be empty
   */
  public Split holdOut(int count) {
    if (count < 1 || count >= size()) {
      throw InvalidDataException.of("`holdout` must be 1 to %s, found %s", size() - 1, count);
    }
    return new Split(part(0, size() - count), part(size() - count, size()));
  }

  /** {@return a batch of the images of these indices, in order} */
  public Batch batch(int... indices) {
    float[] images = new float[indices.length * PIXELS];
    for (int k = 0; k < indices.length; k++) {
      copyPixels(Objects.checkIndex(indices[k], size()), images, k * PIXELS);
    }
    return new Batch(images, Arrays.stream(indices).map(this::label).toArray());
  }

  /** {@return SHA-256 of all pixels' bytes and then all labels', in lower-case hexadecimal} */
  public String digest() {
    MessageDigest digest = Digests.sha256();
    digest.update(pixels, from * PIXELS, size() * PIXELS);
    digest.update(labels, from, size());
    return Digests.hexadecimal(digest.digest());
  }

  private void copyPixels(int index, float[] target, int position) {
    int source = (from + index) * PIXELS;
    for (int k = 0; k < PIXELS; k++) {
      target[position + k] = Byte.toUnsignedInt(pixels[source + k]) * SCALE;
    }
  }

  /**
   * Reads a file of unsigned bytes in the IDX format, gzip or not: a magic number, the number of
   * items and their sizes, and the values, all big endian. {@code content} is for messages.
   */
  private record IdxFile(Path path, int magicNumber, String content, int... itemSizes) {
    private static final int GZIP_FIRST_BYTE = 0x1F;
    private static final int GZIP_SECOND_BYTE = 0x8B;

    /**
     * {@return the values of all items, at least one} Memory is allocated as the file is read,
     * whatever the header claims.
     */
    byte[] read() {
      if (Files.isDirectory(path)) {
        throw new InvalidDataException(path + " is a folder: expected a file");
      }
      try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
          InputStream values = unzipped(file)) {
        return values(new DataInputStream(values));
      } catch (EOFException failure) {
        throw new InvalidDataException(
            path + " is truncated: its end is missing; fetch it again", failure);
      } catch (ZipException failure) {
        throw new InvalidDataException(
            "%s is damaged: gzip says \"%s\"; fetch it again"
                .formatted(path, FileFailures.reason(failure)),
            failure);
      } catch (IOException failure) {
        throw new InvalidDataException(
            "cannot read " + path + ": " + FileFailures.reason(failure), failure);
      }
    }

    private InputStream unzipped(InputStream file) throws IOException {
      file.mark(2);
      int first = file.read();
      int second = file.read();
      file.reset();
      if (first == GZIP_FIRST_BYTE && second == GZIP_SECOND_BYTE) {
        return new GZIPInputStream(file, 1 << 16);
      }
      // An IDX file begins with two zeros; some programs decompress a download and keep the name.
      if (path.toString().endsWith(".gz") && (first != 0 || second != 0)) {
        throw InvalidDataException.of(
            "%s is not a gzip file: expected it to begin with bytes 1F 8B, found %s; fetch it"
                + " again",
            path, first < 0 ? "nothing" : String.format("%02X %02X", first, second & 0xFF));
      }
      return file;
    }

    private byte[] values(DataInputStream values) throws IOException {
      int magic = values.readInt();
      if (magic != magicNumber) {
        throw InvalidDataException.of(
            "%s does not hold %s: expected magic number %s, found %s",
            path, content, magicNumber, magic);
      }
      int count = values.readInt();
      long itemBytes = 1;
      for (int expected : itemSizes) {
        itemBytes *= expected;
      }
      int[] sizes = new int[itemSizes.length];
      for (int k = 0; k < sizes.length; k++) {
        sizes[k] = values.readInt();
      }
      if (!Arrays.equals(sizes, itemSizes)) {
        throw InvalidDataException.of(
            "%s: expected %s of %s, found %s", path, content, sizes(itemSizes), sizes(sizes));
      }
      long largest = TextFile.MAXIMUM_BYTES / itemBytes;
      if (count < 1 || count > largest) {
        throw InvalidDataException.of(
            "%s: expected 1 to %s %s, found a header that claims %s",
            path, largest, content, Integer.toUnsignedLong(count));
      }
      return exactly((int) (count * itemBytes), count, values);
    }

    private byte[] exactly(int length, int count, InputStream values) throws IOException {
      byte[] bytes = values.readNBytes(length);
      if (bytes.length < length) {
        throw wrongLength("only " + bytes.length, length, count);
      }
      // Reading past the end also makes gzip verify its checksum.
      if (values.read() >= 0) {
        throw wrongLength("more", length, count);
      }
      return bytes;
    }

    private InvalidDataException wrongLength(String found, int length, int count) {
      return InvalidDataException.of(
          "%s: expected %s bytes for %s %s, found %s; fetch it again",
          path, length, count, content, found);
    }

    private static String sizes(int[] sizes) {
      return sizes[0] + " x " + sizes[1];
    }
  }

  /**
   * The batches of TF1's {@code mnist.train.next_batch(batch_size)}: the images are shuffled for
   * each epoch, and a batch in which an epoch ends is completed with the first images of the next,
   * so all batches have the same size.
   *
   * <p>A batch is a function of its number and the seed, so a resumed run continues with the same
   * batches. NumPy's shuffle gives other orders.
   */
  public static final class Batches {

    private final MnistImages images;
    private final int batchSize;
    private final EpochShuffle order;
    private int orderedEpoch = -1;
    private int[] indices = {};

    /** Throws an InvalidDataException unless the batch size is from 1 to the number of images. */
    public Batches(MnistImages images, int batchSize, long seed) {
      this(images, batchSize, EpochShuffle.shuffled(seed));
    }

    Batches(MnistImages images, int batchSize, EpochShuffle order) {
      InvalidDataException.requirePositive("`batch_size`", batchSize);
      if (batchSize > images.size()) {
        throw InvalidDataException.of(
            "a batch of %s images cannot be had of %s; lower `batch_size`",
            batchSize, images.size());
      }
      this.images = images;
      this.batchSize = batchSize;
      this.order = order;
    }

    /** {@return a step's batch, from 0 (Python: the earlier calls of {@code next_batch})} */
    public MnistImages.Batch get(long step) {
      Objects.checkIndex(step, Long.MAX_VALUE / batchSize);
      int[] chosen = new int[batchSize];
      for (int k = 0; k < batchSize; k++) {
        long position = step * batchSize + k;
        int epoch = Math.toIntExact(position / images.size());
        chosen[k] = inEpoch(epoch)[(int) (position % images.size())];
      }
      return images.batch(chosen);
    }

    // Shuffling is slow compared with a training step of a small network: the last order is kept.
    private synchronized int[] inEpoch(int epoch) {
      if (epoch != orderedEpoch) {
        indices = order.of(epoch, images.size());
        orderedEpoch = epoch;
      }
      return indices;
    }
  }
}
