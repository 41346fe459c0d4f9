package io.github.charlstm.model;

import io.github.charlstm.rnn.SamplingDecoder;
import io.github.charlstm.sample.NextSymbolModel.GeneratedSymbols;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.NextSymbolPolicy.TopP;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Generates symbols in a model's graph. A {@link SamplingDecoder} is added for the first policy of
 * each {@link Kind}; the policy's numbers are fed, so later policies of the kind share it.
 */
final class GraphSampler {
  // The largest number below 1 whose product with any sum, rounded, is below that sum.
  private static final double LARGEST_UNIFORM = 1 - 0x1p-52;
  private static final int NO_SYMBOL = -1;

  private final Ops tf;
  private final LanguageModel model;
  private final Map<Kind, Loop> loops = new HashMap<>();

  private record Loop(SamplingDecoder.Start start, Choice choice, SamplingDecoder decoder) {}

  /** The model is of one sequence. */
  GraphSampler(Ops tf, LanguageModel model) {
    this.tf = tf;
    this.model = model;
  }

  /**
   * As {@link io.github.charlstm.sample.NextSymbolModel#generate}; moves the state on.
   *
   * @param feeds of this run
   */
  GeneratedSymbols generate(
      GraphSession.Feeds feeds,
      RecurrentState state,
      int symbol,
      NextSymbolPolicy policy,
      OptionalInt stop,
      double[] uniforms) {
    Rule rule = Rule.of(policy).orElseThrow();
    Loop loop = loop(rule.kind(model.settings().vocabularySize()));
    SamplingDecoder decoder = loop.decoder();
    feeds.feed(loop.start().symbol(), TInt32.vectorOf(symbol));
    feeds.feed(loop.start().stop(), TInt32.scalarOf(stop.orElse(NO_SYMBOL)));
    feeds.feed(loop.start().points(), tensor(uniforms));
    loop.choice().feed(feeds, rule);
    feeds.runner.fetch(decoder.symbols()).fetch(decoder.written()).fetch(decoder.probabilities());
    state.connect(feeds.runner, decoder.state().flatten());
    Result result = feeds.runner.run();
    GeneratedSymbols generated = generated(result);
    state.advance(result, 3);
    return generated;
  }

  private synchronized Loop loop(Kind kind) {
    return loops.computeIfAbsent(kind, this::add);
  }

  private Loop add(Kind kind) {
    Ops inside = tf.withSubScope("generate");
    SamplingDecoder.Start start =
        new SamplingDecoder.Start(
            inside.placeholder(TInt32.class, Placeholder.shape(Shape.of(1))),
            inside.placeholder(TInt32.class, Placeholder.shape(Shape.scalar())),
            inside.placeholder(TFloat64.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE))),
            model.initialState());
    Choice choice = new Choice(inside, kind);
    return new Loop(start, choice, SamplingDecoder.of(inside, model.network(), start, choice));
  }

  private static TFloat64 tensor(double[] uniforms) {
    double[] below = new double[uniforms.length];
    for (int k = 0; k < uniforms.length; k++) {
      if (!(uniforms[k] >= 0 && uniforms[k] < 1)) {
        throw new IllegalArgumentException(
            "uniforms: expected numbers from 0 to below 1, found %s at index %s"
                .formatted(uniforms[k], k));
      }
      below[k] = Math.min(uniforms[k], LARGEST_UNIFORM);
    }
    return TFloat64.tensorOf(Shape.of(uniforms.length), DataBuffers.of(below, true, false));
  }

  private static GeneratedSymbols generated(Result result) {
    TInt32 all = (TInt32) result.get(0);
    int count = ((TInt32) result.get(1)).getInt();
    int[] symbols = new int[count];
    all.asRawTensor().data().asInts().read(symbols, 0, count);
    if (count == 0 || symbols[count - 1] != NO_SYMBOL) {
      return new GeneratedSymbols(symbols, new float[0]);
    }
    return new GeneratedSymbols(
        Arrays.copyOf(symbols, count - 1), GraphSession.floats(result.get(2)));
  }

  /** The last of a chain of policies. */
  private enum Last {
    GREEDY,
    DRAW,
    DRAW_TOP_N
  }

  /** How the probabilities are changed before a symbol is chosen. */
  private enum Reshaping {
    TEMPERATURE,
    TOP_P
  }

  /** What the operations depend on. */
  record Kind(boolean excepts, List<Reshaping> reshapings, Last last) {}

  /**
   * A policy that a graph can follow: symbols that are never chosen, temperatures and nuclei in
   * their order with a number of each, then greedy (without {@code topN}) or a draw.
   */
  record Rule(
      Set<Integer> excepted, List<Reshaping> reshapings, List<Double> numbers, OptionalInt topN) {
    /** Empty if the chain of policies has one that a graph cannot follow. */
    static Optional<Rule> of(NextSymbolPolicy policy) {
      List<Reshaping> reshapings = new ArrayList<>();
      List<Double> numbers = new ArrayList<>();
      NextSymbolPolicy last = policy;
      Set<Integer> excepted = Set.of();
      if (policy instanceof Except except) {
        excepted = except.symbols();
        last = except.policy();
      }
      while (last instanceof Temperature || last instanceof TopP) {
        if (last instanceof Temperature reshaping) {
          reshapings.add(Reshaping.TEMPERATURE);
          numbers.add(reshaping.temperature());
          last = reshaping.policy();
        } else if (last instanceof TopP nucleus) {
          reshapings.add(Reshaping.TOP_P);
          numbers.add(nucleus.p());
          last = nucleus.policy();
        }
      }
      if (last instanceof TopN top) {
        return Optional.of(new Rule(excepted, reshapings, numbers, OptionalInt.of(top.n())));
      }
      return last instanceof Greedy
          ? Optional.of(new Rule(excepted, reshapings, numbers, OptionalInt.empty()))
          : Optional.empty();
    }

    Kind kind(int vocabularySize) {
      Last last =
          topN.isEmpty()
              ? Last.GREEDY
              : topN.getAsInt() < vocabularySize ? Last.DRAW_TOP_N : Last.DRAW;
      return new Kind(!excepted.isEmpty(), reshapings, last);
    }
  }

  /**
   * The operations that choose a symbol. They equal the policies in Java: temperatures, cumulative
   * sums and draws in double precision, and the result of a temperature rounded to floats; sums are
   * of the same numbers in the same order.
   */
  static final class Choice implements SamplingDecoder.Choice {
    private final Kind kind;
    private final List<Placeholder<TFloat64>> numbers = new ArrayList<>();
    private final Placeholder<TInt32> topN;
    private final Placeholder<TInt32> excepted; // [number of symbols]

    Choice(Ops tf, Kind kind) {
      this.kind = kind;
      for (int k = 0; k < kind.reshapings().size(); k++) {
        numbers.add(tf.placeholder(TFloat64.class, Placeholder.shape(Shape.scalar())));
      }
      topN = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
      excepted = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    }

    void feed(GraphSession.Feeds feeds, Rule rule) {
      for (int k = 0; k < numbers.size(); k++) {
        feeds.feed(numbers.get(k), TFloat64.scalarOf(rule.numbers().get(k)));
      }
      if (kind.last() == Last.DRAW_TOP_N) {
        feeds.feed(topN, TInt32.scalarOf(rule.topN().getAsInt()));
      }
      if (kind.excepts()) {
        int[] symbols = rule.excepted().stream().mapToInt(Integer::intValue).toArray();
        feeds.feed(excepted, TInt32.vectorOf(symbols));
      }
    }

    @Override
    public Operand<TInt32> choose(
        Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> uniform) {
      Operand<TFloat32> allowed = kind.excepts() ? others(tf, probabilities) : probabilities;
      Operand<TFloat32> reshaped = allowed; // [1, V]
      for (int k = 0; k < numbers.size(); k++) {
        reshaped =
            switch (kind.reshapings().get(k)) {
              case TEMPERATURE -> atTemperature(tf, reshaped, numbers.get(k));
              case TOP_P -> nucleus(tf, reshaped, numbers.get(k));
            };
      }
      Operand<TInt32> chosen =
          switch (kind.last()) {
            case GREEDY -> tf.math.argMax(reshaped, tf.constant(1), TInt32.class);
            case DRAW -> draw(tf, reshaped, uniform);
            case DRAW_TOP_N -> draw(tf, mostLikely(tf, reshaped), uniform);
          };
      // a softmax sums to one, or to NaN, which is not above zero; what is allowed may be all zero
      Operand<TFloat32> total = tf.sum(allowed, tf.constant(1)); // [1]
      return tf.select(tf.math.greater(total, tf.constant(0f)), chosen, tf.array(NO_SYMBOL));
    }

    // The symbols that are never chosen become 0.
    private Operand<TFloat32> others(Ops tf, Operand<TFloat32> probabilities) {
      Operand<TInt32> size = tf.constant(vocabularySize(probabilities));
      Operand<TFloat32> marks = // [number of symbols, V]
          tf.oneHot(excepted, size, tf.constant(1f), tf.constant(0f));
      Operand<TFloat32> kept = tf.math.sub(tf.constant(1f), tf.max(marks, tf.constant(0)));
      return tf.math.mul(probabilities, kept);
    }

    // p^(1/t) / sum, relative to the largest, so that no power overflows
    private static Operand<TFloat32> atTemperature(
        Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> temperature) {
      Operand<TFloat64> logs = tf.math.log(tf.dtypes.cast(probabilities, TFloat64.class));
      Operand<TFloat64> largest = tf.max(logs, tf.constant(1));
      Operand<TFloat64> powers =
          tf.math.exp(tf.math.div(tf.math.sub(logs, largest), temperature)); // [1, V]
      Operand<TFloat64> total = tf.sum(powers, tf.constant(1));
      return tf.dtypes.cast(tf.math.div(powers, total), TFloat32.class);
    }

    // All but the n most likely become 0.
    private Operand<TFloat32> mostLikely(Ops tf, Operand<TFloat32> probabilities) {
      TopK<TFloat32, TInt32> top = falling(tf, probabilities, topN);
      return scattered(tf, top, top.values(), probabilities);
    }

    // All become 0 before which the sum of likelier ones is at least a share of the whole.
    private static Operand<TFloat32> nucleus(
        Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> share) {
      int size = vocabularySize(probabilities);
      TopK<TFloat32, TInt32> top = falling(tf, probabilities, tf.constant(size));
      Operand<TFloat64> sums = // [1, V]
          tf.math.cumsum(tf.dtypes.cast(top.values(), TFloat64.class), tf.constant(1));
      Operand<TFloat64> total = tf.gather(sums, tf.array(size - 1), tf.constant(1));
      Operand<TFloat64> none = tf.reshape(tf.constant(-1d), tf.array(1, 1));
      Operand<TFloat64> before = // of the likelier ones, the first is always kept
          tf.concat(
              List.of(none, tf.slice(sums, tf.array(0, 0), tf.array(1, size - 1))), tf.constant(1));
      Operand<TFloat32> kept =
          tf.select(
              tf.math.less(before, tf.math.mul(total, share)),
              top.values(),
              tf.zerosLike(top.values()));
      return scattered(tf, top, kept, probabilities);
    }

    // Of equals TopK takes the first and the policies the last, hence the reversals.
    private static TopK<TFloat32, TInt32> falling(
        Ops tf, Operand<TFloat32> probabilities, Operand<TInt32> count) {
      return tf.nn.topK(tf.reverse(probabilities, tf.array(1)), count, new TopK.Options[0]);
    }

    // Values at the places of the most likely, 0 elsewhere.
    private static Operand<TFloat32> scattered(
        Ops tf,
        TopK<TFloat32, TInt32> top,
        Operand<TFloat32> values,
        Operand<TFloat32> probabilities) {
      Operand<TFloat32> row =
          tf.scatterNd(
              tf.reshape(top.indices(), tf.array(-1, 1)),
              tf.reshape(values, tf.array(-1)),
              tf.array(vocabularySize(probabilities)));
      return tf.reverse(tf.reshape(row, tf.array(1, -1)), tf.array(1));
    }

    private static Operand<TInt32> draw(
        Ops tf, Operand<TFloat32> weights, Operand<TFloat64> uniform) {
      Operand<TFloat64> sums = // [1, V]
          tf.math.cumsum(tf.dtypes.cast(weights, TFloat64.class), tf.constant(1));
      Operand<TFloat64> total =
          tf.gather(sums, tf.array(vocabularySize(weights) - 1), tf.constant(1));
      Operand<TInt32> index = tf.upperBound(sums, tf.math.mul(total, uniform)); // [1, 1]
      return tf.reshape(index, tf.array(1));
    }

    private static int vocabularySize(Operand<TFloat32> row) {
      return Math.toIntExact(row.shape().get(1));
    }
  }
}
