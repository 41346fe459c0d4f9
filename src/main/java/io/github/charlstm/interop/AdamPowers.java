package io.github.charlstm.interop;

import java.util.OptionalLong;

/**
 * What Adam's powers tell. After k updates {@code beta2_power} is beta2 to the power of k + 1,
 * rounded to float32 at every multiplication; so counting multiplications gives k exactly.
 */
final class AdamPowers {
  /** TF1's default {@code beta1}. */
  static final float BETA1 = 0.9f;

  /** TF1's default {@code beta2}. */
  static final float BETA2 = 0.999f;

  private AdamPowers() {}

  /** How many updates were done; empty if another beta2 was used, or so many that it is 0. */
  static OptionalLong updates(float beta2Power) {
    float power = BETA2;
    long updates = 0;
    while (power > beta2Power && power >= Float.MIN_NORMAL) {
      power *= BETA2;
      updates++;
    }
    return power == beta2Power ? OptionalLong.of(updates) : OptionalLong.empty();
  }

  /** The power after so many updates. */
  static float after(float beta, long updates) {
    return (float) Math.pow(beta, updates + 1.0);
  }
}
