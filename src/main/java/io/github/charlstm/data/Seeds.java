package io.github.charlstm.data;

import java.util.Random;

/** Seeds of random numbers. */
public final class Seeds {

  private Seeds() {}

  /**
   * {@return a seed without resemblance to those of neighbouring values} The first numbers of a
   * {@link Random} of neighbouring seeds are almost the same, so seeds that are counted (steps,
   * epochs, texts) are mixed first. Each value has a result of its own: the first output of
   * SplitMix64 (Steele et al. 2014) with this state.
   *
   * @param value any
   */
  public static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
