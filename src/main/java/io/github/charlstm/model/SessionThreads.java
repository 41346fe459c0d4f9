package io.github.charlstm.model;

import io.github.charlstm.rnn.FusedLstm;

/**
 * TensorFlow's threads in a session that trains by the fused loop.
 *
 * @param lanes parts of the batch that are worked on side by side
 * @param intraOp threads that share an operation
 * @param interOp operations that run side by side
 */
public record SessionThreads(int lanes, int intraOp, int interOp) {

  /**
   * What such a session gets.
   *
   * @param processors those that Java may use
   * @return its threads
   */
  public static SessionThreads ofFusedLoop(int processors) {
    int lanes = FusedLstm.defaultLanes();
    return new SessionThreads(lanes, Math.max(1, processors / lanes), processors);
  }
}
