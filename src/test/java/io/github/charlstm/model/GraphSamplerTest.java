package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.DrawAfter;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.RepetitionPenalty;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.NextSymbolPolicy.TopP;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** A policy chooses the same symbols in a graph and in Java. */
class GraphSamplerTest {
  private static final int V = 11;
  private static final int CASES = 300;

  static Stream<NextSymbolPolicy> policies() {
    return Stream.of(
        new TopN(),
        TopN.all(),
        new TopN(1),
        new TopN(V),
        new TopN(V - 1),
        new Greedy(),
        new Temperature(0.7),
        new Temperature(1e-300),
        new Temperature(Double.MAX_VALUE),
        new Temperature(1.6, new TopN(5)),
        new Temperature(0.5, new Temperature(3, TopN.all())),
        new Temperature(0.4, new Greedy()),
        new TopP(0.5, TopN.all()),
        new TopP(1e-9, TopN.all()),
        new TopP(1, TopN.all()),
        new TopP(0.75, new TopN(4)),
        new TopP(0.3, new Greedy()),
        new Temperature(0.7, new TopP(0.9, TopN.all())),
        new TopP(0.8, new Temperature(2, new TopP(0.8, new TopN(5)))),
        new Except(Set.of(1), new TopP(0.6, TopN.all())),
        new Except(Set.of(0, V - 1), new TopN(3)),
        new Except(Set.of(4), new Temperature(0.7)),
        new Except(Set.of(0), new Greedy()));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void equalsAndZerosAreTreatedAlike(NextSymbolPolicy policy) {
    GraphSampler.Rule rule = GraphSampler.Rule.of(policy).orElseThrow();
    try (Chooser chooser = new Chooser(rule)) {
      Random random = new Random(5);
      for (int k = 0; k < CASES; k++) {
        float[] probabilities = quarters(random);
        double point = k == 0 ? 0 : k == 1 ? 1 - 0x1p-52 : random.nextDouble();
        assertThat(chooser.choose(probabilities, rule, point))
            .as("of %s at %s", List.of(box(probabilities)), point)
            .isEqualTo(policy.next(probabilities, fixed(point)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void noSymbolIsChosenFromNaN(NextSymbolPolicy policy) {
    GraphSampler.Rule rule = GraphSampler.Rule.of(policy).orElseThrow();
    float[] broken = new float[V];
    Arrays.fill(broken, Float.NaN);
    try (Chooser chooser = new Chooser(rule)) {
      assertThat(chooser.choose(broken, rule, 0.5)).isNegative();
    }
  }

  @Test
  void aGraphFollowsNoPolicyOfTheUser() {
    NextSymbolPolicy last = (probabilities, random) -> probabilities.length - 1;
    assertThat(GraphSampler.Rule.of(last)).isEmpty();
    assertThat(GraphSampler.Rule.of(new Temperature(2, last))).isEmpty();
    assertThat(GraphSampler.Rule.of(new TopP(0.5, last))).isEmpty();
    assertThat(GraphSampler.Rule.of(new RepetitionPenalty(2, 9, new TopN()))).isEmpty();
    assertThat(GraphSampler.Rule.of(new DrawAfter(Set.of(1), new TopN()))).isEmpty();
  }

  // Values that are often equal or zero; at least one that no policy excepts is above zero.
  private static float[] quarters(Random random) {
    float[] values = new float[V];
    for (int k = 0; k < V; k++) {
      values[k] = random.nextInt(5) / 16f;
    }
    values[5 + random.nextInt(V - 6)] = 0.25f;
    return values;
  }

  private static Float[] box(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, k -> values[k]);
    return boxed;
  }

  private static RandomGenerator fixed(double point) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException("a policy draws doubles");
      }

      @Override
      public double nextDouble() {
        return point;
      }
    };
  }

  private static final class Chooser implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Placeholder<TFloat32> probabilities;
    private final Placeholder<TFloat64> point;
    private final GraphSampler.Choice choice;
    private final Operand<TInt32> chosen;
    private final Session session;

    Chooser(GraphSampler.Rule rule) {
      Ops tf = Ops.create(graph);
      probabilities = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, V)));
      point = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.scalar()));
      choice = new GraphSampler.Choice(tf, rule.kind(V));
      chosen = choice.choose(tf, probabilities, point);
      session = new Session(graph);
    }

    int choose(float[] values, GraphSampler.Rule rule, double at) {
      try (GraphSession.Feeds feeds = new GraphSession.Feeds(session, () -> {})) {
        feeds.feed(
            probabilities, TFloat32.tensorOf(Shape.of(1, V), DataBuffers.of(values, true, false)));
        feeds.feed(point, TFloat64.scalarOf(at));
        choice.feed(feeds, rule);
        try (Result result = feeds.runner.fetch(chosen).run()) {
          return ((TInt32) result.get(0)).getInt(0);
        }
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
