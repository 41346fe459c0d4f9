package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * The cell's output is its input, and what is dropped shows: where a mask keeps a value the output
 * is 1 / keep_prob, and so must the gradient for the input be, in the same run.
 */
class DynamicRnnDropoutTest {
  private static final int UNITS = 20;
  private static final int STEPS = 5;
  private static final int BATCH = 3;
  private final LoopRunner loops = new LoopRunner();
  private final GraphVariable<TInt64> step = loops.store.createGlobalStep();

  @AfterEach
  void close() {
    loops.close();
  }

  private record Run(float[] outputs, float[] gradient) {}

  private final class Dropped {
    private final Operand<TFloat32> outputs;
    private final Operand<TFloat32> gradient;

    Dropped(String scope, UnaryOperator<DropoutWrapper.Builder> options) {
      RNNCell cell = options.apply(DropoutWrapper.builder(new Through())).build();
      Operand<TFloat32> ones =
          loops.tf.identity(
              loops.tf.fill(loops.tf.array(BATCH, STEPS, UNITS), loops.tf.constant(1f)));
      outputs = loops.dynamic(cell, ones).scope(scope).build().outputs();
      gradient = loops.gradients(outputs, List.of(ones)).get(0);
    }

    Run run() {
      List<float[]> values = loops.runner.fetch(List.of(outputs, gradient));
      return new Run(values.get(0), values.get(1));
    }

    Run run(long trainingStep) {
      try (TInt64 at = TInt64.scalarOf(trainingStep);
          Result result =
              loops
                  .runner
                  .session()
                  .runner()
                  .feed(step.value(), at)
                  .fetch(outputs)
                  .fetch(gradient)
                  .run()) {
        float[][] values = new float[2][BATCH * STEPS * UNITS];
        for (int k = 0; k < 2; k++) {
          result.get(k).asRawTensor().data().asFloats().read(values[k]);
        }
        return new Run(values[0], values[1]);
      }
    }
  }

  /** Returns its input. */
  private static final class Through extends RNNCell {
    @Override
    public int outputSize() {
      return UNITS;
    }

    @Override
    public StateSize stateSize() {
      return StateSize.of(1);
    }

    @Override
    public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {}

    @Override
    public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
      return new Step<>(inputs, state);
    }
  }

  // Mask of one step, whole batch.
  private static float[] mask(Run run, int time) {
    float[] mask = new float[BATCH * UNITS];
    for (int n = 0; n < BATCH; n++) {
      System.arraycopy(run.outputs(), (n * STEPS + time) * UNITS, mask, n * UNITS, UNITS);
    }
    return mask;
  }

  private static void assertMasksShowInTheGradient(Run run) {
    assertThat(run.outputs()).containsOnly(0f, 2f);
    assertThat(run.gradient()).isEqualTo(run.outputs());
  }

  private static void assertStepsDiffer(Run run) {
    List<float[]> masks = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      float[] mask = mask(run, t);
      assertThat(masks).noneMatch(other -> Arrays.equals(other, mask));
      masks.add(mask);
    }
  }

  @Test
  void aStreamsMasksAreTheSameInBothDirections() {
    Dropped dropped =
        new Dropped(
            "rnn",
            options -> options.outputKeepProb(0.5f).noise(RandomSource.stream(RandomSeeds.of(4))));
    Run first = dropped.run();
    assertMasksShowInTheGradient(first);
    assertStepsDiffer(first);
    Run second = dropped.run();
    assertMasksShowInTheGradient(second);
    assertThat(second.outputs()).isNotEqualTo(first.outputs());
  }

  @Test
  void aSeededStreamDrawsOtherNumbersAtEachStep() {
    Dropped dropped =
        new Dropped(
            "rnn",
            options ->
                options
                    .inputKeepProb(0.5f)
                    .seed(3)
                    .noise(RandomSource.stream(RandomSeeds.numbered(4))));
    Run run = dropped.run();
    assertMasksShowInTheGradient(run);
    assertStepsDiffer(run);
  }

  @Test
  void masksOfATrainingStepDifferFromStepToStepAndRepeat() {
    Dropped dropped =
        new Dropped(
            "rnn",
            options -> options.outputKeepProb(0.5f).noise(RandomSource.ofStep(4, step.value())));
    Run first = dropped.run(7);
    assertMasksShowInTheGradient(first);
    assertStepsDiffer(first);
    assertThat(dropped.run(7).outputs()).isEqualTo(first.outputs());
    for (long other : new long[] {6, 8, 8 + STEPS, 7L << 31}) {
      Run run = dropped.run(other);
      for (int t = 0; t < STEPS; t++) {
        for (int u = 0; u < STEPS; u++) {
          assertThat(mask(run, t)).isNotEqualTo(mask(first, u));
        }
      }
    }
  }

  @Test
  void placesAndLoopsHaveMasksOfTheirOwn() {
    RandomSource noise = RandomSource.ofStep(4, step.value());
    Run one = new Dropped("one", o -> o.outputKeepProb(0.5f).noise(noise)).run(1);
    Run two = new Dropped("two", o -> o.outputKeepProb(0.5f).noise(noise)).run(1);
    for (int t = 0; t < STEPS; t++) {
      for (int u = 0; u < STEPS; u++) {
        assertThat(mask(one, t)).isNotEqualTo(mask(two, u));
      }
    }
  }

  @Test
  void theVariationalMaskIsTheSameAtAllStepsAndInBothDirections() {
    for (RandomSource noise :
        List.of(RandomSource.stream(RandomSeeds.of(4)), RandomSource.ofStep(4, step.value()))) {
      Run run =
          new Dropped("rnn", o -> o.outputKeepProb(0.5f).variationalRecurrent(UNITS).noise(noise))
              .run(3);
      assertMasksShowInTheGradient(run);
      for (int t = 1; t < STEPS; t++) {
        assertThat(mask(run, t)).isEqualTo(mask(run, 0));
      }
    }
  }
}
