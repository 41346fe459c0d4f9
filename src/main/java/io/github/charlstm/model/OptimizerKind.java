package io.github.charlstm.model;

import io.github.charlstm.graph.AdagradOptimizer;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.GradientDescentOptimizer;
import io.github.charlstm.graph.LearningRate;
import io.github.charlstm.graph.MomentumOptimizer;
import io.github.charlstm.graph.Optimizer;
import io.github.charlstm.graph.RMSPropOptimizer;
import java.util.Locale;

/** Optimizers that train a model, with TF1's defaults for all but the learning rate. */
public enum OptimizerKind {
  /** {@link AdamOptimizer}. */
  ADAM,
  /** {@link GradientDescentOptimizer}. */
  SGD,
  /** {@link MomentumOptimizer}, with the momentum of {@link TrainingOptions}. */
  MOMENTUM,
  /** {@link RMSPropOptimizer}. */
  RMSPROP,
  /** {@link AdagradOptimizer}. */
  ADAGRAD;

  Optimizer optimizer(LearningRate rate, float momentum) {
    return switch (this) {
      case ADAM -> new AdamOptimizer(rate);
      case SGD -> new GradientDescentOptimizer(rate);
      case MOMENTUM -> new MomentumOptimizer(rate, momentum, false);
      case RMSPROP -> new RMSPropOptimizer(rate);
      case ADAGRAD -> new AdagradOptimizer(rate);
    };
  }

  /** {@return its name in lower case} */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
