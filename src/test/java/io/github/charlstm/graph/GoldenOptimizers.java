package io.github.charlstm.graph;

import com.fasterxml.jackson.databind.JsonNode;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The optimizers that golden files name. */
public final class GoldenOptimizers {
  private GoldenOptimizers() {}

  /**
   * The optimizer of a case.
   *
   * @param fedRate used where the case has a learning rate for each step
   */
  public static Optimizer of(JsonNode golden, Operand<TFloat32> fedRate) {
    JsonNode number = golden.required("learning_rate");
    LearningRate rate =
        number.isArray() ? LearningRate.of(fedRate) : LearningRate.of((float) number.doubleValue());
    JsonNode arguments = golden.required("arguments");
    boolean plain = arguments.isEmpty();
    return switch (golden.required("optimizer").asText()) {
      case "GradientDescentOptimizer" -> new GradientDescentOptimizer(rate);
      case "MomentumOptimizer" ->
          new MomentumOptimizer(
              rate, number(arguments, "momentum"), arguments.path("use_nesterov").asBoolean());
      case "AdagradOptimizer" ->
          plain
              ? new AdagradOptimizer(rate)
              : new AdagradOptimizer(
                  rate, arguments.required("initial_accumulator_value").doubleValue());
      case "RMSPropOptimizer" ->
          plain
              ? new RMSPropOptimizer(rate)
              : new RMSPropOptimizer(
                  rate,
                  number(arguments, "decay"),
                  number(arguments, "momentum"),
                  number(arguments, "epsilon"));
      case "AdamOptimizer" ->
          plain
              ? new AdamOptimizer(rate)
              : new AdamOptimizer(
                  rate,
                  number(arguments, "beta1"),
                  number(arguments, "beta2"),
                  number(arguments, "epsilon"));
      default -> throw new IllegalArgumentException(golden.toString());
    };
  }

  private static float number(JsonNode arguments, String name) {
    return (float) arguments.required(name).doubleValue();
  }
}
