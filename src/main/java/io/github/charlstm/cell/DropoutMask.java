package io.github.charlstm.cell;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** How a {@link DropoutWrapper} drops what passes through it. */
interface DropoutMask {
  /** Which side of the cell a tensor is on. */
  enum Side {
    INPUT,
    STATE,
    OUTPUT
  }

  /**
   * @param x {@code [batch, width]}
   * @param place in TF1's count of the parts that a state's filter looks at
   * @param leaf in the count of all tensors of that side
   */
  Operand<TFloat32> drop(
      Ops tf, Operand<TFloat32> x, KeepProb keepProb, Side side, int place, int leaf);

  /** TF1's seed of a place: the first 32 bits of the MD5 of seed and place, without the sign. */
  static OptionalLong seed(OptionalLong seed, Side side, int place) {
    if (seed.isEmpty()) {
      return seed;
    }
    String text = seed.getAsLong() + side.name().toLowerCase(Locale.ROOT) + "_" + place;
    byte[] digest = md5().digest(text.getBytes(StandardCharsets.UTF_8));
    long first = Long.parseLong(HexFormat.of().formatHex(digest, 0, 4), 16);
    return OptionalLong.of(first & Integer.MAX_VALUE);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
