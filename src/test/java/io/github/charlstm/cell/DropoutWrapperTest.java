package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

class DropoutWrapperTest extends CellContractTest {
  private static final int UNITS = 5;

  // keep_prob 1 here, so that the ladder's finite differences see one function
  @Override
  RNNCell cell() {
    return new DropoutWrapper(
        new BasicLSTMCell(UNITS), runner.tf().constant(1f), UniformNoise.stream(RandomSeeds.of(1)));
  }

  @Override
  Map<String, Shape> expectedVariables() {
    return Map.of(
        "rnn/basic_lstm_cell/kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
        "rnn/basic_lstm_cell/bias", Shape.of(4 * UNITS));
  }

  @Override
  List<String> expectedZeroStateNames() {
    return List.of(
        "DropoutWrapperZeroState/BasicLSTMCellZeroState/zeros",
        "DropoutWrapperZeroState/BasicLSTMCellZeroState/zeros_1");
  }

  @Test
  void keptOutputsAreScaledUpOthersAreZeroAndTheStateIsWhole() {
    Dropped dropped = Dropped.of(this, 200, 0.4f);
    List<float[]> values =
        runner.fetch(List.of(dropped.step.output(), dropped.plain.output(), h(dropped.step)));
    float[] plain = values.get(1);
    assertThat(values.get(2)).isEqualTo(plain);
    int kept = 0;
    for (int k = 0; k < plain.length; k++) {
      float value = values.get(0)[k];
      if (value != 0) {
        kept++;
        assertThat(value).isCloseTo(plain[k] / 0.4f, within(1e-6f));
      }
    }
    // 600 draws at 0.4: 240 expected, standard deviation 12
    assertThat(kept).isBetween(240 - 60, 240 + 60);
  }

  @Test
  void masksOfAStepDependOnTheStepAlone() {
    GraphVariable<TInt64> step = store.createGlobalStep();
    UniformNoise noise = UniformNoise.ofStep(11, step.value());
    Operand<TFloat32> first = noise.draw(runner.tf(), runner.tf().array(2, 50));
    Operand<TFloat32> second = noise.draw(runner.tf(), runner.tf().array(2, 50));
    initialize();
    List<float[]> once = runner.fetch(List.of(first, second));
    List<float[]> again = runner.fetch(List.of(first, second));
    assertThat(once.get(0)).isEqualTo(again.get(0)).isNotEqualTo(once.get(1));
    try (TInt64 later = TInt64.scalarOf(1);
        Result result = runner.session().runner().feed(step.value(), later).fetch(first).run()) {
      float[] values = new float[100];
      result.get(0).asRawTensor().data().asFloats().read(values);
      assertThat(values).isNotEqualTo(once.get(0));
    }
  }

  @Test
  void anotherRunSeedGivesOtherMasks() {
    GraphVariable<TInt64> step = store.createGlobalStep();
    Operand<TFloat32> one =
        UniformNoise.ofStep(1, step.value()).draw(runner.tf(), runner.tf().array(50));
    Operand<TFloat32> two =
        UniformNoise.ofStep(2, step.value()).draw(runner.tf(), runner.tf().array(50));
    initialize();
    List<float[]> values = runner.fetch(List.of(one, two));
    assertThat(values.get(0)).isNotEqualTo(values.get(1));
  }

  @Test
  void aKeepProbThatIsNoScalarIsRefused() {
    RNNCell inner = new BasicLSTMCell(2);
    Operand<TFloat32> vector = runner.tf().array(0.5f, 0.5f);
    UniformNoise noise = UniformNoise.stream(RandomSeeds.of(1));
    assertThatThrownBy(() -> new DropoutWrapper(inner, vector, noise))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scalar");
  }

  private static Operand<TFloat32> h(RNNCell.Step step) {
    return step.state().flatten().get(1);
  }

  /** A wrapped cell's step beside the same cell's without the wrapper. */
  private record Dropped(RNNCell.Step step, RNNCell.Step plain) {
    static Dropped of(DropoutWrapperTest test, int units, float keepProb) {
      RNNCell inner = new BasicLSTMCell(units);
      RNNCell wrapped =
          new DropoutWrapper(
              inner, test.runner.tf().constant(keepProb), UniformNoise.stream(RandomSeeds.of(3)));
      wrapped.build(test.store.rootScope(), DEPTH);
      RNNState zero = wrapped.zeroState(test.runner.tf(), BATCH);
      Dropped dropped =
          new Dropped(
              wrapped.call(test.runner.tf(), test.input(1), zero),
              inner.call(test.runner.tf(), test.input(1), zero));
      test.initialize();
      return dropped;
    }
  }
}
