package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Updates the variables of a trained model while it is evaluated, so that it adapts to the text
 * that it has read. Krause, Kahembwe, Murray and Renals, Dynamic evaluation of neural sequence
 * models, arXiv:1709.07432. TensorFlow 1 has no such class.
 *
 * <p>With g the gradient of the loss of the last window, {@code v_0} the trained values and r the
 * root of the mean square of the gradients over windows of the training text:
 *
 * <pre>
 * v = v - lr * g / (r + epsilon) + min(decay * r / mean(r), 1) * (v_0 - v)
 * </pre>
 *
 * <p>As in the authors' program, {@code mean(r)} is the mean over the variables of each one's mean,
 * and the share that goes back to the trained values is at most 1. Without {@link
 * Builder#rmsScaling}: {@code v = v - lr * g + decay * (v_0 - v)}.
 *
 * <pre>{@code
 * DynamicEvaluationRule<TFloat32> rule =
 *     DynamicEvaluationRule.builder().build(store, store.trainable());
 * Op start = rule.start(tf); // once, with the trained values in place
 * Op collect = rule.collect(tf, gradients); // for windows of the training text
 * Op summarize = rule.summarize(tf); // once, after them
 * Op update = rule.update(tf, gradients); // after each window of the text that is evaluated
 * Op restore = rule.restore(tf); // back to the trained values
 * }</pre>
 *
 * <p>A window's loss is fetched in the run that updates by it, or in one before. What the rule
 * keeps is in local variables, which no saver of the store saves and {@link #start} initializes.
 *
 * @param <T> type of the variables
 */
public final class DynamicEvaluationRule<T extends TFloating> {
  private static final String NAME = "DynamicEvaluation";

  private final Builder options;
  private final List<Adapted<T>> all = new ArrayList<>();
  private final GraphVariable<TFloat32> windows; // that were collected
  private final GraphVariable<TFloat32> summarized; // windows that r is of
  private final GraphVariable<T> mean; // of all r

  private DynamicEvaluationRule(
      Builder options, VariableStore store, List<GraphVariable<T>> variables) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException(NAME + " needs at least one variable, found none");
    }
    this.options = options;
    variables.forEach(variable -> all.add(Adapted.of(store, variable)));
    Class<T> dtype = variables.get(0).value().type();
    windows = local(store, NAME + "/windows", Shape.scalar(), TFloat32.class);
    summarized = local(store, NAME + "/summarized", Shape.scalar(), TFloat32.class);
    mean = local(store, NAME + "/mean", Shape.scalar(), dtype);
  }

  /**
   * A variable and what is kept of it.
   *
   * @param trained v_0
   * @param squares sum of the squares of the gradients
   * @param root r
   */
  private record Adapted<T extends TFloating>(
      GraphVariable<T> variable,
      GraphVariable<T> trained,
      GraphVariable<T> squares,
      GraphVariable<T> root) {

    static <T extends TFloating> Adapted<T> of(VariableStore store, GraphVariable<T> variable) {
      String name = variable.name() + "/" + NAME;
      Class<T> dtype = variable.value().type();
      return new Adapted<>(
          variable,
          local(store, name + "/trained", variable.shape(), dtype),
          local(store, name + "/squares", variable.shape(), dtype),
          local(store, name + "/root_mean_square", variable.shape(), dtype));
    }
  }

  private static <T extends TFloating> GraphVariable<T> local(
      VariableStore store, String name, Shape shape, Class<T> dtype) {
    return store
        .rootScope()
        .getLocalVariable(
            store.freeName(name),
            shape,
            VariableOptions.of(dtype).withInitializer(Initializers.zeros()));
  }

  /** Starts a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Options; by default those of the authors' program, for losses that are means over windows of 5
   * words, and statistics of windows of 100 rows.
   */
  public static final class Builder {
    private HyperParameter learningRate = HyperParameter.of(5e-5f);
    private HyperParameter decay = HyperParameter.of(0.002f);
    private HyperParameter epsilon = HyperParameter.of(2e-5f);
    private boolean rmsScaling = true;

    private Builder() {}

    /** Learning rate, finite; 0.00005 by default. */
    public Builder learningRate(HyperParameter rate) {
      OptimizerSupport.requireFinite(NAME, "learning_rate", rate);
      this.learningRate = rate;
      return this;
    }

    /**
     * Share of the way back to the trained values at each update, finite, usually below 0.1; 0.002
     * by default.
     */
    public Builder decay(HyperParameter share) {
      OptimizerSupport.requireFinite(NAME, "decay", share);
      this.decay = share;
      return this;
    }

    /** What is added to r, finite, usually above 0; 0.00002 by default. */
    public Builder epsilon(HyperParameter added) {
      OptimizerSupport.requireFinite(NAME, "epsilon", added);
      this.epsilon = added;
      return this;
    }

    /**
     * Whether updates and decay are scaled by r; true by default. False is gradient descent, for
     * which no gradients need to be collected; it takes other learning rates.
     */
    public Builder rmsScaling(boolean scaled) {
      this.rmsScaling = scaled;
      return this;
    }

    /**
     * Makes the rule and its local variables.
     *
     * @param variables of the model, at least one
     * @throws IllegalArgumentException if there is none
     */
    public <T extends TFloating> DynamicEvaluationRule<T> build(
        VariableStore store, List<GraphVariable<T>> variables) {
      return new DynamicEvaluationRule<>(this, store, variables);
    }
  }

  /** Adds what takes the present values as the trained ones and forgets all gradients. */
  public Op start(Ops tf) {
    Ops scope = tf.withSubScope(NAME + "_start");
    List<Op> done = new ArrayList<>();
    for (Adapted<T> one : all) {
      done.add(one.trained().assign(scope, one.variable().read(scope)));
      done.add(one.squares().assign(scope, zeros(scope, one)));
      done.add(one.root().assign(scope, zeros(scope, one)));
    }
    done.add(windows.assign(scope, scope.constant(0f)));
    done.add(summarized.assign(scope, scope.constant(0f)));
    done.add(mean.assign(scope, Dtypes.constant(scope, mean.value().type(), 0)));
    return VariableStore.group(tf, scope, done);
  }

  private static <T extends TFloating> Operand<T> zeros(Ops scope, Adapted<T> one) {
    return scope.zeros(
        scope.constant(one.variable().shape().asArray()), one.variable().value().type());
  }

  /**
   * Adds what counts the gradients of one window of the training text.
   *
   * @param gradients one a variable, of its shape
   * @throws IllegalArgumentException if they do not fit the variables
   */
  public Op collect(Ops tf, List<Operand<T>> gradients) {
    requireFit(gradients);
    Ops scope = tf.withSubScope(NAME + "_collect");
    List<Op> done = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      done.add(all.get(k).squares().assignAdd(scope, scope.math.square(gradients.get(k))));
    }
    done.add(windows.assignAdd(scope, scope.constant(1f)));
    return VariableStore.group(tf, scope, done);
  }

  /** Adds what computes r from all gradients collected since {@link #start}. */
  public Op summarize(Ops tf) {
    Ops scope = tf.withSubScope(NAME + "_summarize");
    Op collected = require(scope, windows.read(scope), "collect gradients of the training text");
    Ops after = scope.withControlDependencies(collected);
    Operand<T> count = cast(after, windows.read(after));
    List<Op> done = new ArrayList<>();
    List<Operand<T>> means = new ArrayList<>();
    for (Adapted<T> one : all) {
      Operand<T> root = after.math.sqrt(after.math.div(one.squares().read(after), count));
      done.add(one.root().assign(after, root));
      means.add(after.math.mean(root, allDimensions(after, one)));
    }
    done.add(summarized.assign(after, windows.read(after)));
    done.add(mean.assign(after, after.math.mean(after.stack(means), after.array(0))));
    return VariableStore.group(tf, scope, done);
  }

  private static Operand<TInt32> allDimensions(Ops scope, Adapted<?> one) {
    int[] dimensions = new int[one.variable().shape().numDimensions()];
    for (int k = 0; k < dimensions.length; k++) {
      dimensions[k] = k;
    }
    return scope.constant(dimensions);
  }

  /**
   * Adds one update of all variables. None changes before all gradients are computed.
   *
   * @param gradients of the loss of one window, one a variable, of its shape
   * @return the operation; a run of it fails with {@code TFInvalidArgumentException} if no
   *     gradients were summarized
   * @throws IllegalArgumentException if they do not fit the variables
   */
  public Op update(Ops tf, List<Operand<T>> gradients) {
    requireFit(gradients);
    Ops scope = tf.withSubScope(NAME);
    List<Op> before = new ArrayList<>();
    gradients.forEach(gradient -> before.add(gradient.asOutput()));
    if (options.rmsScaling) {
      Operand<TFloat32> count = summarized.read(scope);
      before.add(require(scope, count, "collect gradients of the training text, then summarize"));
    }
    Ops gated = scope.withControlDependencies(before.toArray(Op[]::new));
    Operand<T> rate = cast(gated, options.learningRate.operand(gated));
    Operand<T> decay = cast(gated, options.decay.operand(gated));
    List<Op> done = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      Adapted<T> one = all.get(k);
      Operand<T> down = gated.math.mul(rate, gradients.get(k));
      Operand<T> share = decay;
      if (options.rmsScaling) {
        Operand<T> root = one.root().read(gated);
        Operand<T> epsilon = cast(gated, options.epsilon.operand(gated));
        Operand<T> scale = gated.math.divNoNan(decay, mean.read(gated));
        down = gated.math.div(down, gated.math.add(root, epsilon));
        share = gated.math.minimum(gated.math.mul(root, scale), one(gated));
      }
      Operand<T> away = gated.math.sub(one.trained().read(gated), one.variable().read(gated));
      done.add(one.variable().assignAdd(gated, gated.math.sub(gated.math.mul(share, away), down)));
    }
    return VariableStore.group(tf, scope, done);
  }

  /** Adds what gives the variables their trained values again. What was collected stays. */
  public Op restore(Ops tf) {
    Ops scope = tf.withSubScope(NAME + "_restore");
    List<Op> done = new ArrayList<>();
    all.forEach(one -> done.add(one.variable().assign(scope, one.trained().read(scope))));
    return VariableStore.group(tf, scope, done);
  }

  private static Op require(Ops scope, Operand<TFloat32> windows, String whatToDo) {
    Operand<TBool> some = scope.math.greater(windows, scope.constant(0f));
    String message = NAME + " expects gradients of at least one window, found none: " + whatToDo;
    return scope.assertThat(some, List.of(scope.constant(message)));
  }

  private Operand<T> one(Ops scope) {
    return Dtypes.constant(scope, mean.value().type(), 1);
  }

  private Operand<T> cast(Ops scope, Operand<TFloat32> number) {
    Class<T> dtype = mean.value().type();
    return dtype == TFloat32.class ? Dtypes.as(number, dtype) : scope.dtypes.cast(number, dtype);
  }

  private void requireFit(List<Operand<T>> gradients) {
    if (gradients.size() != all.size()) {
      throw new IllegalArgumentException(
          "%s needs one gradient for each variable, found %s variables and %s gradients"
              .formatted(NAME, all.size(), gradients.size()));
    }
    for (int k = 0; k < all.size(); k++) {
      GraphVariable<T> variable = all.get(k).variable();
      Operand<T> gradient = gradients.get(k);
      if (gradient == null) {
        throw new IllegalArgumentException(
            "%s needs a gradient of variable %s, found null: the loss does not depend on it"
                .formatted(NAME, variable.name()));
      }
      if (!variable.shape().isCompatibleWith(gradient.shape())) {
        throw new IllegalArgumentException(
            "%s needs a gradient of shape %s for variable %s, found %s"
                .formatted(NAME, variable.shape(), variable.name(), gradient.shape()));
      }
    }
  }
}
