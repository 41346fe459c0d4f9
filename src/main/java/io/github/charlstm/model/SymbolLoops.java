package io.github.charlstm.model;

import io.github.charlstm.rnn.SamplingDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** The loops of a model's graph that write; each is added when the first rule of its kind comes. */
final class SymbolLoops {
  // The largest number below 1 whose product with a sum is below the sum, rounded or not.
  private static final double LARGEST_POINT = 1 - 0x1p-52;

  private static final int NO_SYMBOL = -1;

  private final Ops tf;
  private final LanguageModel model;
  private final Map<GraphSampler.Kind, Loop> loops = new HashMap<>();

  private record Loop(SamplingDecoder.Start start, GraphSampler choice, SamplingDecoder symbols) {}

  /**
   * @param tf builder of the model's graph
   * @param model of one sequence
   */
  SymbolLoops(Ops tf, LanguageModel model) {
    this.tf = tf;
    this.model = model;
  }

  /** As {@link NextSymbolModel#write}; moves the state on. */
  GeneratedSymbols write(
      Session session,
      RecurrentState state,
      int symbol,
      SamplingParams rule,
      OptionalInt stop,
      double[] points) {
    GraphSampler.Kind kind = GraphSampler.Kind.of(rule, model.settings().vocabularySize());
    Loop loop = loops.computeIfAbsent(kind, this::add);
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      TensorIO.feed(runner, fed, loop.start().symbol(), TInt32.vectorOf(symbol));
      TensorIO.feed(runner, fed, loop.start().stop(), TInt32.scalarOf(stop.orElse(NO_SYMBOL)));
      TensorIO.feed(runner, fed, loop.start().points(), points(points));
      loop.choice().feed(runner, rule, fed);
      SamplingDecoder symbols = loop.symbols();
      runner.fetch(symbols.symbols()).fetch(symbols.written()).fetch(symbols.probabilities());
      state.connect(runner, symbols.state());
      Result result = runner.run();
      GeneratedSymbols written = written(result);
      state.advance(result, 3);
      return written;
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  private Loop add(GraphSampler.Kind kind) {
    Ops inside = tf.withSubScope("write");
    SamplingDecoder.Start start =
        new SamplingDecoder.Start(
            inside.placeholder(TInt32.class, Placeholder.shape(Shape.of(1))),
            inside.placeholder(TInt32.class, Placeholder.shape(Shape.scalar())),
            inside.placeholder(TFloat64.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE))),
            model.initialState());
    GraphSampler choice = new GraphSampler(inside, kind);
    return new Loop(start, choice, SamplingDecoder.of(inside, model.network(), start, choice));
  }

  private static TFloat64 points(double[] points) {
    double[] below = new double[points.length];
    for (int k = 0; k < points.length; k++) {
      if (!(points[k] >= 0 && points[k] < 1)) {
        throw new IllegalArgumentException(
            "a point must be from 0 to below 1, found " + points[k] + " at place " + k);
      }
      below[k] = Math.min(points[k], LARGEST_POINT);
    }
    return TFloat64.tensorOf(Shape.of(points.length), DataBuffers.of(below, true, false));
  }

  private static GeneratedSymbols written(Result result) {
    TInt32 all = (TInt32) result.get(0);
    int count = ((TInt32) result.get(1)).getInt();
    int[] symbols = new int[count];
    all.asRawTensor().data().asInts().read(symbols, 0, count);
    if (count == 0 || symbols[count - 1] != NO_SYMBOL) {
      return new GeneratedSymbols(symbols, new float[0]);
    }
    return new GeneratedSymbols(Arrays.copyOf(symbols, count - 1), TensorIO.floats(result.get(2)));
  }
}
