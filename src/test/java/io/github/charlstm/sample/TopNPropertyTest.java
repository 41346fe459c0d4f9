package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The most likely symbols, equals included, are the last ones of a stable sort. */
class TopNPropertyTest {

  @Property(seed = "41")
  void agreesWithSortingAllProbabilities(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 5) Integer> sixths,
      @ForAll @IntRange(min = 1, max = 35) int n,
      @ForAll long seed) {
    float[] probabilities = new float[sixths.size()];
    for (int k = 0; k < probabilities.length; k++) {
      probabilities[k] = sixths.get(k) / 6f;
    }
    if (sixths.stream().allMatch(sixth -> sixth == 0)) {
      return;
    }
    double[] weights = new double[probabilities.length];
    IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble(symbol -> probabilities[symbol]))
        .skip(Math.max(0, probabilities.length - n))
        .forEach(symbol -> weights[symbol] = probabilities[symbol]);
    Random random = new Random(seed);
    Random same = new Random(seed);
    for (int k = 0; k < 20; k++) {
      assertThat(new TopN(n).next(probabilities, random)).isEqualTo(TopN.draw(weights, same));
    }
  }
}
