package io.github.charlstm.report;

/** Colours of pictures: Okabe and Ito's, which colour-blind readers tell apart too. */
final class Palette {
  static final int BLUE = 0x0072B2;
  static final int ORANGE = 0xD55E00;
  static final int GRID = 0xE4E4E4;
  static final int AXIS = 0x808080;

  private static final int[] RUNS = {BLUE, ORANGE, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9};

  private Palette() {}

  /** The colour of the k-th run; after six they come again. */
  static int run(int k) {
    return RUNS[k % RUNS.length];
  }

  /** A colour on its way to white, by two thirds. */
  static int pale(int color) {
    return paleChannel(color >> 16) << 16 | paleChannel(color >> 8) << 8 | paleChannel(color);
  }

  private static int paleChannel(int channel) {
    return ((channel & 0xFF) + 2 * 0xFF) / 3;
  }
}
