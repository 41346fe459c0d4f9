package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * An optimizer with decoupled weight decay (Python: {@code
 * tf.contrib.opt.DecoupledWeightDecayExtension} and {@code extend_with_decoupled_weight_decay}).
 *
 * <p>{@code variable -= weight_decay * variable}, then the optimizer's own update. All gradients
 * are computed before both; Python does not wait for them, so there each may be of the decayed
 * values or of those before. As in TF1 the weight decay is not multiplied with the learning rate:
 * where that follows a schedule, give a weight decay that follows it too:
 *
 * <pre>{@code
 * var rate = LearningRateDecay.cosineDecay(tf, LearningRate.of(0.002f), step.value(), 10_000);
 * var decay = HyperParameter.of(tf.math.mul(rate, tf.constant(0.01f)));
 * Optimizer optimizer = new AdamWOptimizer(decay, LearningRate.of(rate));
 * }</pre>
 *
 * <p>A variable without a gradient is not decayed. Of a variable whose gradient is {@link
 * IndexedSlices}, those rows alone are decayed, each once; Python does so too, but for {@link
 * GradientDescentOptimizer}, whose rows it does not decay. Loshchilov and Hutter, Decoupled weight
 * decay regularization, ICLR 2019 (arXiv:1711.05101).
 */
public class DecoupledWeightDecayExtension implements Optimizer {
  private final Optimizer optimizer;
  private final HyperParameter weightDecay;
  private final Optional<Set<String>> decayed; // names; all variables if empty

  /**
   * Extends an optimizer.
   *
   * @param optimizer any whose update does not depend on the variable's value; its slots keep their
   *     names
   * @param weightDecay share of its value that a variable loses at each step, finite, usually in
   *     [0, 1)
   */
  public DecoupledWeightDecayExtension(Optimizer optimizer, HyperParameter weightDecay) {
    this(optimizer, weightDecay, Optional.empty());
  }

  private DecoupledWeightDecayExtension(
      Optimizer optimizer, HyperParameter weightDecay, Optional<Set<String>> decayed) {
    this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
    this.weightDecay = Objects.requireNonNull(weightDecay, "weightDecay");
    this.decayed = decayed;
    OptimizerSupport.requireFinite("DecoupledWeightDecayExtension", "weight_decay", weightDecay);
  }

  /**
   * {@return this optimizer, with the same slots, which decays some variables only (Python: {@code
   * decay_var_list})} By default it decays all that it updates. Usually biases are left out.
   *
   * @param variables at least one
   * @throws IllegalArgumentException if there is none; as {@code decay_var_list}, Python takes an
   *     empty list for all variables
   */
  public final DecoupledWeightDecayExtension withDecayVarList(
      Collection<? extends GraphVariable<?>> variables) {
    Set<String> names = new LinkedHashSet<>();
    variables.forEach(variable -> names.add(variable.name()));
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "decay_var_list expects at least one variable, found none; without the list all are"
              + " decayed, and with a weight_decay of 0 none");
    }
    return new DecoupledWeightDecayExtension(optimizer, weightDecay, Optional.of(names));
  }

  @Override
  public final <T extends TFloating> Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<T>> variables,
      List<Operand<T>> gradients,
      Optional<GraphVariable<TInt64>> globalStep) {
    List<Operand<T>> after =
        variables.size() == gradients.size() ? decayed(tf, variables, gradients) : gradients;
    return optimizer.applyGradients(tf, store, variables, after, globalStep);
  }

  /** The same gradients, to be had once the variables are decayed. */
  private <T extends TFloating> List<Operand<T>> decayed(
      Ops tf, List<GraphVariable<T>> variables, List<Operand<T>> gradients) {
    Ops scope = tf.withSubScope("weight_decay");
    List<Operand<T>> once = new ArrayList<>();
    List<Op> computed = new ArrayList<>();
    for (Operand<T> gradient : gradients) {
      if (gradient instanceof IndexedSlices<T> slices) {
        IndexedSlices<T> rows = slices.deduplicated(scope);
        computed.add(rows.indices());
        once.add(rows);
      } else {
        once.add(gradient);
      }
      if (gradient != null) {
        computed.add(IndexedSlices.valuesOf(once.get(once.size() - 1)));
      }
    }
    Ops gated = scope.withControlDependencies(computed.toArray(Op[]::new));
    List<Op> decays = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      GraphVariable<T> variable = variables.get(k);
      if (once.get(k) != null && decays(variable)) {
        decays.add(decay(gated, variable, once.get(k)));
      }
    }
    Ops last = scope.withControlDependencies(decays.toArray(Op[]::new));
    List<Operand<T>> after = new ArrayList<>();
    for (Operand<T> gradient : once) {
      if (gradient instanceof IndexedSlices<T> rows) {
        after.add(rows.withValues(last.identity(rows.values())));
      } else {
        after.add(gradient == null ? null : last.identity(gradient));
      }
    }
    return after;
  }

  private boolean decays(GraphVariable<?> variable) {
    return decayed.isEmpty() || decayed.get().contains(variable.name());
  }

  private <T extends TFloating> Op decay(Ops tf, GraphVariable<T> variable, Operand<T> gradient) {
    Operand<T> share = share(tf, variable.value().type());
    Operand<T> value = variable.read(tf);
    return gradient instanceof IndexedSlices<T> rows
        ? variable.scatterSub(
            tf,
            rows.indices(),
            tf.math.mul(share, tf.gather(value, rows.indices(), tf.constant(0))))
        : variable.assignSub(tf, tf.math.mul(share, value));
  }

  private <T extends TFloating> Operand<T> share(Ops tf, Class<T> dtype) {
    return weightDecay instanceof HyperParameter.Number number
        ? Dtypes.constant(tf, dtype, number.value())
        : tf.dtypes.cast(weightDecay.operand(tf), dtype);
  }

  @Override
  public final <T extends TFloating> Optional<GraphVariable<T>> slot(
      VariableStore store, GraphVariable<T> variable, String name) {
    return optimizer.slot(store, variable, name);
  }

  @Override
  public final List<String> slotNames(VariableStore store) {
    return optimizer.slotNames(store);
  }

  @Override
  public final List<GraphVariable<?>> variables(VariableStore store) {
    return optimizer.variables(store);
  }
}
