package io.github.charlstm.data;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;

/**
 * Handwritten digits and which they are. Each image is a sequence of 28 rows of 28 pixels.
 *
 * <p>A pixel's byte, 0 (paper) to 255 (ink), is multiplied by {@code 1.0 / 255.0} in float32, as
 * {@code tensorflow.examples.tutorials.mnist.input_data} does; that is not always the float32
 * nearest to {@code byte / 255}. Immutable.
 *
 * <p>See Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
 * recognition. Proceedings of the IEEE, 1998.
 */
public final class MnistImages {

  /** Rows of an image: the steps of its sequence. */
  public static final int ROWS = 28;

  /** Pixels of a row: the inputs of one step. */
  public static final int COLUMNS = 28;

  /** How many digits there are. */
  public static final int CLASSES = 10;

  private static final int PIXELS = ROWS * COLUMNS;
  private static final int IMAGES_MAGIC = 2051;
  private static final int LABELS_MAGIC = 2049;
  private static final float SCALE = (float) (1.0 / 255.0);

  private final byte[] pixels;
  private final byte[] labels;
  // The images of this object are [from, to) of the arrays.
  private final int from;
  private final int to;

  /**
   * Some images as a network takes them.
   *
   * @param size how many, B, at least 1
   * @param images pixels from 0 to 1, shape {@code [B, 28, 28]} in row-major order
   * @param labels the digit on each, 0 to 9, shape {@code [B]}
   */
  public record Batch(int size, float[] images, int[] labels) {
    /**
     * Checks that both arrays have the shape.
     *
     * @param size at least 1
     * @param images as many values as that many images have
     * @param labels one an image
     * @throws IllegalArgumentException if the size is below 1 or an array has another length
     */
    public Batch {
      Sizes.requirePositive("size", size);
      Sizes.requireShape("images", images.length, size, PIXELS);
      Sizes.requireShape("labels", labels.length, size, 1);
    }
  }

  /**
   * Images in two parts.
   *
   * @param training the first ones
   * @param test the last ones
   */
  public record Split(MnistImages training, MnistImages test) {
    /**
     * Refuses null.
     *
     * @param training to train on
     * @param test to test on
     */
    public Split {
      Objects.requireNonNull(training, "training");
      Objects.requireNonNull(test, "test");
    }
  }

  private MnistImages(byte[] pixels, byte[] labels, int from, int to) {
    this.pixels = pixels;
    this.labels = labels;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads the two files of a set, each gzip or not.
   *
   * @param images an IDX file of 28 x 28 images (magic number 2051)
   * @param labels the IDX file of their labels (magic number 2049)
   * @return all images
   * @throws InvalidDataException if a file cannot be read, has another magic number or other sizes,
   *     is shorter or longer than it says, or is damaged; if a label is not 0 to 9; or if there is
   *     not one label an image
   */
  public static MnistImages read(Path images, Path labels) {
    byte[] pixels = new IdxFile(images, IMAGES_MAGIC, "images", ROWS, COLUMNS).read();
    byte[] digits = new IdxFile(labels, LABELS_MAGIC, "labels").read();
    if (digits.length != pixels.length / PIXELS) {
      throw new InvalidDataException(
          String.format(
              "%s has %s images but %s has %s labels; use the two files of one set",
              images, pixels.length / PIXELS, labels, digits.length));
    }
    for (int position = 0; position < digits.length; position++) {
      if (Byte.toUnsignedInt(digits[position]) >= CLASSES) {
        throw new InvalidDataException(
            String.format(
                "%s: expected labels from 0 to 9, found %s at position %s (from 0)",
                labels, Byte.toUnsignedInt(digits[position]), position));
      }
    }
    return new MnistImages(pixels, digits, 0, digits.length);
  }

  /**
   * How many images there are.
   *
   * @return at least 1
   */
  public int size() {
    return to - from;
  }

  /**
   * One image.
   *
   * @param index from 0, less than {@link #size()}
   * @return its pixels from 0 to 1, shape {@code [28, 28]} in row-major order, a new array
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public float[] image(int index) {
    float[] image = new float[PIXELS];
    copyPixels(Objects.checkIndex(index, size()), image, 0);
    return image;
  }

  /**
   * The digit on an image.
   *
   * @param index from 0, less than {@link #size()}
   * @return 0 to 9
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public int label(int index) {
    return labels[from + Objects.checkIndex(index, size())];
  }

  /**
   * Images that follow each other. TF1's {@code read_data_sets} keeps the first 5,000 of the
   * training set for validation: {@code part(5000, 60000)} is what it trains on.
   *
   * @param first from 0
   * @param end more than {@code first}, at most {@link #size()}
   * @return a view of them
   * @throws IndexOutOfBoundsException if that is not a range of at least one image
   */
  public MnistImages part(int first, int end) {
    Objects.checkFromToIndex(first, end, size());
    Objects.checkIndex(first, end);
    return new MnistImages(pixels, labels, from + first, from + end);
  }

  /**
   * Holds the last images out from training (on the command line: {@code --holdout}).
   *
   * @param count how many, at least 1 and less than {@link #size()}
   * @return the parts, both in the order of the files
   * @throws InvalidDataException if a part would be empty
   */
  public Split holdOut(int count) {
    if (count < 1 || count >= size()) {
      throw new InvalidDataException(
          String.format(
              "the number of images held out (--holdout) must be 1 to %s, found %s",
              size() - 1, count));
    }
    return new Split(part(0, size() - count), part(size() - count, size()));
  }

  /**
   * Some images by number.
   *
   * @param indices at least one, each from 0, less than {@link #size()}
   * @return them, in that order
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public Batch batch(int... indices) {
    float[] images = new float[indices.length * PIXELS];
    for (int k = 0; k < indices.length; k++) {
      copyPixels(Objects.checkIndex(indices[k], size()), images, k * PIXELS);
    }
    return new Batch(indices.length, images, Arrays.stream(indices).map(this::label).toArray());
  }

  /**
   * Tells these images and labels from others.
   *
   * @return SHA-256 of all pixels' bytes, then of all labels', in lower-case hexadecimal
   */
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
}
