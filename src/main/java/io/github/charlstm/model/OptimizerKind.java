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
  ADAM(2),
  /** {@link GradientDescentOptimizer}. */
  SGD(0),
  /** {@link MomentumOptimizer}, with the momentum of {@link TrainingOptions}. */
  MOMENTUM(1),
  /** {@link RMSPropOptimizer}. */
  RMSPROP(2),
  /** {@link AdagradOptimizer}. */
  ADAGRAD(1);

  private final int slots;

  OptimizerKind(int slots) {
    this.slots = slots;
  }

  /** {@return the variables that it keeps for each variable of a model} */
  int slots() {
    return slots;
  }

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
