package io.github.charlstm.tensorboard;

import io.github.charlstm.train.TensorListener;
import java.util.Map;
import org.tensorflow.types.TFloat32;

/** Histograms of a run for TensorBoard, of the steps that its events want them of. */
abstract class HistogramListener implements TensorListener {
  private final RunEvents events;

  HistogramListener(RunEvents events) {
    this.events = events;
  }

  @Override
  public boolean wantsTensors(long step) {
    return events.wantsHistograms(step);
  }

  @Override
  public void onGradients(long step, Map<String, TFloat32> gradients) {
    events.histograms("gradients", step, gradients);
  }

  @Override
  public void onVariables(long step, Map<String, TFloat32> variables) {
    events.histograms("variables", step, variables);
  }
}
