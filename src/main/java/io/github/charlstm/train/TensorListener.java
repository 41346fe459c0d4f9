package io.github.charlstm.train;

import java.util.Map;
import org.tensorflow.types.TFloat32;

/**
 * Hears of tensors of a run, on request. Nothing is asked of the session for a step that nobody
 * wants to look into, and nothing changes in one that somebody does: what is wanted comes out of
 * runs of the session besides the step's own.
 */
public interface TensorListener {

  /**
   * Whether gradients and variables of a step are wanted.
   *
   * @param step counted from 1
   * @return false unless said otherwise
   */
  default boolean wantsTensors(long step) {
    return false;
  }

  /**
   * Gradients, as the step that is about to be done will apply them.
   *
   * @param step that step
   * @param gradients by the variables' names; valid during the call
   */
  default void onGradients(long step, Map<String, TFloat32> gradients) {}

  /**
   * The trained variables, as the step has left them.
   *
   * @param step that step
   * @param variables by their names; valid during the call
   */
  default void onVariables(long step, Map<String, TFloat32> variables) {}
}
