package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** How a {@link DropoutWrapper} drops a tensor: with fresh or with recurrent masks. */
interface DropoutMask {
  /** What is dropped; TF1's seeds contain these names in lower case. */
  enum Side {
    INPUT,
    STATE,
    OUTPUT
  }

  /**
   * @param x {@code [batch, width]}
   * @param place number of the tensor for TF1's seed, see {@link #statePlaces}
   * @param leaf index among the tensors of that side
   */
  <T extends TFloating> Operand<T> drop(
      Ops tf, Operand<T> x, KeepProb keepProb, Side side, int place, int leaf);

  /** A new mask at each call. */
  record Fresh(RandomSource noise, OptionalLong seed) implements DropoutMask {
    @Override
    public <T extends TFloating> Operand<T> drop(
        Ops tf, Operand<T> x, KeepProb keepProb, Side side, int place, int leaf) {
      return fresh(tf, x, keepProb, noise, placeSeed(seed, side, place));
    }
  }

  /** Drops with a new mask (Python: {@code tf.nn.dropout} of TF 1.13 and later). */
  static <T extends TFloating> Operand<T> fresh(
      Ops tf, Operand<T> x, KeepProb keepProb, RandomSource noise, OptionalLong seed) {
    Ops scope = tf.withSubScope("dropout");
    Operand<T> rate = keepProb.rate(scope, x.type());
    Operand<T> scaled = keepProb.scaled(scope, x, rate);
    Operand<T> uniform = // [B, width]
        Dtypes.as(noise.draw(scope, scope.shape(x), x.type(), seed), x.type());
    Operand<T> zero = Dtypes.constant(scope, x.type(), 0);
    return scope.select(scope.math.greaterEqual(uniform, rate), scaled, zero);
  }

  /**
   * The same masks at each call (Python: {@code variational_recurrent=True}).
   *
   * @param rows noise of each tensor, {@code [1, width]}: one mask for all rows of a batch
   */
  record Recurrent(Map<Side, List<Operand<? extends TFloating>>> rows) implements DropoutMask {
    /**
     * Draws the noise. As in TF1 there is noise for every part of the state and for the output,
     * dropped or not: the seeds of later draws do not depend on the options.
     *
     * @param tf builder outside of any loop
     * @param inputSize empty unless inputs are dropped
     */
    static Recurrent draw(
        Ops tf,
        RandomSource noise,
        Class<? extends TFloating> dtype,
        OptionalLong seed,
        OptionalInt inputSize,
        StateSize stateSize,
        int outputSize) {
      Ops scope = tf.withSubScope("DropoutWrapperInit");
      Map<Side, List<Operand<? extends TFloating>>> rows = new EnumMap<>(Side.class);
      for (Side side : Side.values()) {
        List<Integer> widths =
            switch (side) {
              case INPUT -> inputSize.stream().boxed().toList();
              case STATE -> stateSize.flatten();
              case OUTPUT -> List.of(outputSize);
            };
        List<Operand<? extends TFloating>> drawn = new ArrayList<>();
        for (int width : widths) {
          OptionalLong own = placeSeed(seed, side, drawn.size());
          drawn.add(noise.draw(scope, scope.array(1, width), dtype, own));
        }
        rows.put(side, drawn);
      }
      return new Recurrent(rows);
    }

    @Override
    public <T extends TFloating> Operand<T> drop(
        Ops tf, Operand<T> x, KeepProb keepProb, Side side, int place, int leaf) {
      Ops scope = tf.withSubScope("dropout");
      Operand<T> keep = keepProb.value(scope, x.type());
      return scope.math.mul(scope.math.realDiv(x, keep), mask(scope, keep, x.type(), side, leaf));
    }

    /** What a tensor is multiplied with, {@code [1, width]}: 0 or {@code 1 / keep_prob}. */
    <T extends TFloating> Operand<T> scale(
        Ops tf, Class<T> dtype, KeepProb keepProb, Side side, int leaf) {
      Ops scope = tf.withSubScope("dropout");
      Operand<T> keep = keepProb.value(scope, dtype);
      return scope.math.realDiv(mask(scope, keep, dtype, side, leaf), keep);
    }

    private <T extends TFloating> Operand<T> mask(
        Ops scope, Operand<T> keep, Class<T> dtype, Side side, int leaf) {
      return scope.math.floor(scope.math.add(keep, Dtypes.as(rows.get(side).get(leaf), dtype)));
    }
  }

  /**
   * TF1's seed of a tensor: the first 32 bits of the MD5 of seed, side and number, without the
   * sign.
   */
  static OptionalLong placeSeed(OptionalLong seed, Side side, int place) {
    if (seed.isEmpty()) {
      return seed;
    }
    String text = seed.getAsLong() + side.name().toLowerCase(Locale.ROOT) + "_" + place;
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      long first = Long.parseLong(HexFormat.of().formatHex(digest, 0, 4), 16);
      return OptionalLong.of(first & Integer.MAX_VALUE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  /**
   * For each leaf of a state its number in TF1's count; empty if it is not dropped. A part that the
   * filter keeps counts as one, however many leaves it has.
   */
  static <T extends TFloating> List<OptionalInt> statePlaces(
      StateFilter filter, RNNState<T> state) {
    List<OptionalInt> places = new ArrayList<>();
    visit(filter, state, places, 0);
    return places;
  }

  // returns the number of places counted so far
  private static <T extends TFloating> int visit(
      StateFilter filter, RNNState<T> state, List<OptionalInt> places, int counted) {
    List<Boolean> choices = filter.choose(state).parts();
    List<RNNState<T>> parts = state.parts();
    boolean oneForAll = choices.size() == 1;
    if (!oneForAll && choices.size() != parts.size()) {
      throw new IllegalArgumentException(
          "the state filter gave %s answers for the %s parts of %s"
              .formatted(choices.size(), Math.max(1, parts.size()), state.describe()));
    }
    if (oneForAll && (parts.isEmpty() || !choices.get(0))) {
      return add(places, state, choices.get(0), counted);
    }
    int next = counted;
    for (int k = 0; k < parts.size(); k++) {
      next =
          choices.get(oneForAll ? 0 : k)
              ? visit(filter, parts.get(k), places, next)
              : add(places, parts.get(k), false, next);
    }
    return next;
  }

  private static <T extends TFloating> int add(
      List<OptionalInt> places, RNNState<T> part, boolean dropped, int counted) {
    for (int k = 0; k < part.flatten().size(); k++) {
      places.add(dropped ? OptionalInt.of(counted) : OptionalInt.empty());
    }
    return counted + 1;
  }
}
