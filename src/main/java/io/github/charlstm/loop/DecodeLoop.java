package io.github.charlstm.loop;

import io.github.charlstm.graph.GraphIndex;
import io.github.charlstm.loop.BodyGraph.LoopVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A while loop that generates one sequence of symbols: each step reads the previous symbol and
 * chooses the next. It has no gradient.
 *
 * <p>{@code symbol_t, probabilities_t, states_t = step(symbol_{t-1}, points[t], states_{t-1})} for
 * t = 0 .. K - 1, or until a symbol is below 0 or is the stop symbol.
 *
 * @param symbols {@code [K, 1]}; values from index {@code written} on are undefined
 * @param written scalar, the number of symbols, the stop symbol included
 * @param probabilities of the last step
 * @param states after the last step
 */
public record DecodeLoop(
    Operand<TInt32> symbols,
    Operand<TInt32> written,
    Operand<TFloat32> probabilities,
    List<Operand<TFloat32>> states) {
  private static final int TIME = 0;
  private static final int STEPS = 1;
  private static final int SYMBOL = 2;
  private static final int STOP = 3; // behind it the points
  private static final int SYMBOLS = 5;
  private static final int PROBABILITIES = 6;
  private static final int STATES = 7;

  public DecodeLoop {
    Objects.requireNonNull(symbols, "symbols");
    Objects.requireNonNull(written, "written");
    Objects.requireNonNull(probabilities, "probabilities");
    states = List.copyOf(states);
  }

  /** One step of the loop. */
  @FunctionalInterface
  public interface Step {
    /**
     * Builds the step; called once. All operations must be made with the given builder.
     *
     * @param tf builder of the body; tensors from outside may be used as inputs of its operations
     * @param symbol the previous symbol, {@code [1]}
     * @param point this step's number of {@code points}, scalar
     * @param states after the previous step
     */
    Result step(
        Ops tf,
        Operand<TInt32> symbol,
        Operand<TFloat64> point,
        List<? extends Operand<TFloat32>> states);
  }

  /**
   * Results of a step: the symbol {@code [1]}, below 0 if none can be chosen, the probabilities of
   * the symbols, and the next states, of the same shapes as before.
   */
  public record Result(
      Operand<TInt32> symbol,
      Operand<TFloat32> probabilities,
      List<? extends Operand<TFloat32>> states) {
    public Result {
      Objects.requireNonNull(symbol, "symbol");
      Objects.requireNonNull(probabilities, "probabilities");
      states = List.copyOf(states);
    }
  }

  /**
   * Adds the loop to the graph.
   *
   * @param tf builder of a graph; the loop cannot be in the body of another loop
   * @param first the symbol that the first step reads, {@code [1]}
   * @param stop the symbol to stop at, scalar; below 0 for none
   * @param points {@code [K]}, a number for each step
   * @param states before the first step, of known shapes
   * @param step builds one step
   * @throws IllegalArgumentException if the builder is eager or in the body of a loop, or if the
   *     step returns another number of states than it was given
   */
  public static DecodeLoop of(
      Ops tf,
      Operand<TInt32> first,
      Operand<TInt32> stop,
      Operand<TFloat64> points,
      List<Operand<TFloat32>> states,
      Step step) {
    Graph outside = Scan.graphOf(tf);
    String name = Scan.functionName(tf);
    try (BodyGraph body = new BodyGraph(outside)) {
      List<LoopVariable> variables = variables(body, stop, states, step);
      GraphIndex nodes = new GraphIndex(body.graph().toGraphDef());
      Functions.addTo(
          outside,
          List.of(
              Functions.forwardBody(name, nodes, variables),
              Functions.mayContinue(name, variables, STEPS, SYMBOL, STOP)));
      List<Operand<?>> values = new ArrayList<>();
      Operand<TInt32> steps = WhileOps.size(tf, tf.shape(points), 0);
      Operand<TInt32> symbols = tf.empty(tf.stack(List.of(steps, tf.constant(1))), TInt32.class);
      // The first symbol was not chosen here, so the first step is taken even if it is the stop's.
      Operand<TInt32> none = tf.constant(-1);
      Operand<TInt32> firstStop =
          tf.select(tf.math.equal(tf.reshape(first, tf.array(new int[0])), stop), none, stop);
      values.addAll(
          List.of(tf.constant(0), steps, first, firstStop, points, symbols, tf.constant(0f)));
      values.addAll(states);
      values.addAll(body.captured());
      Operation loop =
          WhileOps.whileLoop(tf, "write", name, values)
              .setAttr("output_shapes", WhileOps.shapes(LoopVariable.shapes(variables)))
              .build();
      return results(loop, states.size());
    }
  }

  private static List<LoopVariable> variables(
      BodyGraph body, Operand<TInt32> stopAt, List<Operand<TFloat32>> states, Step step) {
    Ops tf = body.tf();
    Output<TInt32> steps = body.integers("steps", Shape.scalar());
    Output<TInt32> symbol = body.integers("symbol", Shape.of(1));
    Output<TInt32> stop = body.integers("stop", Shape.scalar());
    Output<TFloat64> points =
        body.placeholder("points", TFloat64.class, Shape.of(Shape.UNKNOWN_SIZE));
    Output<TInt32> symbols = body.integers("symbols", Shape.of(Shape.UNKNOWN_SIZE, 1));
    Output<TFloat32> probabilities = body.floats("probabilities", Shape.unknown());
    List<Output<TFloat32>> before = new ArrayList<>();
    states.forEach(state -> before.add(body.floats("state", state.shape())));
    Operand<TFloat64> point = tf.gather(points, body.time(), tf.constant(0));
    Result result = step.step(tf, symbol, point, List.copyOf(before));
    ScanFunctions.requireStateCount(states.size(), result.states().size());
    List<LoopVariable> variables = new ArrayList<>();
    variables.add(LoopVariable.of(body.time(), tf.math.add(body.time(), tf.constant(1))));
    variables.add(LoopVariable.unchanged(steps));
    variables.add(LoopVariable.of(symbol, result.symbol()));
    variables.add(LoopVariable.of(stop, tf.identity(stopAt)));
    variables.add(LoopVariable.unchanged(points));
    variables.add(
        LoopVariable.of(symbols, WhileOps.withRow(tf, symbols, body.time(), result.symbol())));
    variables.add(LoopVariable.of(probabilities, result.probabilities()));
    for (int k = 0; k < before.size(); k++) {
      variables.add(LoopVariable.of(before.get(k), result.states().get(k)));
    }
    body.captures().forEach(capture -> variables.add(LoopVariable.unchanged(capture)));
    return variables;
  }

  private static DecodeLoop results(Operation loop, int states) {
    List<Operand<TFloat32>> last = new ArrayList<>();
    for (int k = 0; k < states; k++) {
      last.add(loop.<TFloat32>output(STATES + k));
    }
    return new DecodeLoop(
        loop.<TInt32>output(SYMBOLS),
        loop.<TInt32>output(TIME),
        loop.<TFloat32>output(PROBABILITIES),
        last);
  }
}
