package io.github.charlstm.cell;

import java.util.List;
import java.util.Objects;

/** The layers of a cell without the dropout around them: what runs where nothing is trained. */
public final class UndroppedLayers {
  private UndroppedLayers() {}

  /**
   * The cells on top of each other, from the input upwards, each taken out of its {@link
   * DropoutWrapper}. Their variables are the cell's own.
   *
   * @param cell one layer, or a {@link MultiRNNCell} of several
   * @return at least one; the leaves of their states, in this order, are those of the cell's state
   */
  public static List<RNNCell> of(RNNCell cell) {
    Objects.requireNonNull(cell, "cell");
    return cell instanceof MultiRNNCell stack && stack.hasTupleState()
        ? stack.cells().stream().map(UndroppedLayers::undropped).toList()
        : List.of(undropped(cell));
  }

  private static RNNCell undropped(RNNCell cell) {
    return cell instanceof DropoutWrapper wrapper ? undropped(wrapper.cell()) : cell;
  }
}
