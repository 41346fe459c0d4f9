package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BigramMatchTest {
  private static final int SIZE = 30;

  @Test
  void theOrderIsFoundFromCountsOfPairs() {
    Random random = new Random(3);
    List<Integer> order = new ArrayList<>(IntStream.range(0, SIZE).boxed().toList());
    Collections.shuffle(order, random);
    double[][] counts = new double[SIZE][SIZE];
    double[][] joint = new double[SIZE][SIZE];
    for (int a = 0; a < SIZE; a++) {
      for (int b = 0; b < SIZE; b++) {
        double often = 1000 * Math.pow(random.nextDouble(), 4) / (1 + a / 4.0) / (1 + b / 4.0);
        counts[a][b] = Math.round(often);
        joint[order.get(a)][order.get(b)] = often * (0.8 + 0.4 * random.nextDouble());
      }
    }
    int[] found = new BigramMatch(counts, joint).solve(new Random(1));
    assertThat(found).containsExactly(order.stream().mapToInt(Integer::intValue).toArray());
  }
}
