package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

class RandomSourceTest {
  private static final OptionalLong NONE = OptionalLong.empty();
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(7));
  private GraphVariable<TInt64> step;

  @BeforeEach
  void open() {
    step = store.createGlobalStep();
    runner.run(store.globalVariablesInitializer());
  }

  @AfterEach
  void close() {
    runner.close();
  }

  private Operand<TFloat32> draw(RandomSource noise, OptionalLong seed) {
    return Dtypes.as(
        noise.draw(runner.tf(), runner.tf().array(2, 50), TFloat32.class, seed), TFloat32.class);
  }

  @Test
  void masksOfAStepDependOnTheStepAlone() {
    RandomSource noise = RandomSource.ofStep(11, step.value());
    Operand<TFloat32> first = draw(noise, NONE);
    Operand<TFloat32> second = draw(noise, NONE);
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

  // The seeds that the README's numbers depend on.
  @Test
  void outsideOfLoopsTheKeysAreSeedPlaceAndStepAlone() {
    RandomSource noise = RandomSource.ofStep(11, step.value());
    draw(noise, NONE);
    Operand<TFloat32> second = draw(noise, NONE);
    Operand<TFloat32> expected =
        runner
            .tf()
            .random
            .statelessRandomUniform(
                runner.tf().array(2, 50), runner.tf().array((11L << 31) + 1, 0L), TFloat32.class);
    assertThat(runner.fetch(second)).isEqualTo(runner.fetch(expected));
  }

  @Test
  void twoPlacesOfAStepDifferEvenWithOneOperationSeed() {
    RandomSource noise = RandomSource.ofStep(11, step.value());
    List<float[]> values =
        runner.fetch(List.of(draw(noise, OptionalLong.of(4)), draw(noise, OptionalLong.of(4))));
    assertThat(values.get(0)).isNotEqualTo(values.get(1));
  }

  @Test
  void anotherRunSeedGivesOtherMasks() {
    List<float[]> values =
        runner.fetch(
            List.of(
                draw(RandomSource.ofStep(1, step.value()), NONE),
                draw(RandomSource.ofStep(2, step.value()), NONE)));
    assertThat(values.get(0)).isNotEqualTo(values.get(1));
  }

  @Test
  void aStreamContinuesFromRunToRunAndRepeatsForTheSameSeeds() {
    Operand<TFloat32> one = draw(RandomSource.stream(RandomSeeds.of(5)), OptionalLong.of(9));
    Operand<TFloat32> two = draw(RandomSource.stream(RandomSeeds.of(5)), OptionalLong.of(9));
    Operand<TFloat32> other = draw(RandomSource.stream(RandomSeeds.of(5)), OptionalLong.of(8));
    List<float[]> first = runner.fetch(List.of(one, two, other));
    assertThat(first.get(0)).isEqualTo(first.get(1)).isNotEqualTo(first.get(2));
    assertThat(runner.fetch(one)).isNotEqualTo(first.get(0));
  }
}
