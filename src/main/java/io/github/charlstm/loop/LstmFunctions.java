package io.github.charlstm.loop;

import io.github.charlstm.loop.BodyGraph.LoopVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.SigmoidGrad;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The functions of {@link LstmScan}: one step forward and one step backward. They contain no sizes,
 * so all layers of a graph share them.
 *
 * <p>With i, j, f, o after their nonlinearities, c the memory, h the hidden value and D(y) the
 * dropout's mask and scale of outputs, S(h) that of h:
 *
 * <pre>
 * dh = D(dy_t) + S(dh)                    gradients of the output and of the next step
 * dc = dc + dh * o * (1 - tanh(c_t)^2)
 * do = dh * tanh(c_t) * o * (1 - o)
 * di = dc * j * i * (1 - i)
 * df = dc * c_{t-1} * f * (1 - f)
 * dj = dc * i * (1 - j^2)
 * dh = [di, dj, df, do] (recurrent part of the kernel)^T,  dc = dc * f     for the previous step
 * </pre>
 */
final class LstmFunctions {
  private final BodyGraph graph;
  private final Ops tf;
  private final Operand<TInt32> time;
  private final List<LoopVariable> variables = new ArrayList<>();

  private LstmFunctions(BodyGraph graph) {
    this.graph = graph;
    this.tf = graph.tf();
    this.time = graph.time();
  }

  static String name(LstmScan.Layout layout) {
    String drops =
        switch (layout.drops()) {
          case NOTHING -> "";
          case OUTPUTS -> "_with_dropout";
          case HIDDEN -> "_with_hidden_dropout";
        };
    return (layout.normalized() ? "layer_norm_lstm_scan" : "lstm_scan")
        + drops
        + (layout.products() == MatMulPrecision.FLOAT32
            ? ""
            : "_dt_" + layout.products().name().toLowerCase(Locale.ROOT));
  }

  /** Adds the functions to a graph unless it has them. */
  static void addTo(Graph graph, LstmScan.Layout layout) {
    if (graph.getFunction(Functions.body(name(layout))) == null) {
      List<FunctionDef> definitions = new ArrayList<>();
      define(definitions, functions -> functions.forward(layout));
      define(definitions, functions -> functions.backward(layout));
      Functions.addTo(graph, definitions);
    }
  }

  private static void define(
      List<FunctionDef> definitions, Function<LstmFunctions, List<FunctionDef>> build) {
    try (BodyGraph graph = new BodyGraph(null)) {
      definitions.addAll(build.apply(new LstmFunctions(graph)));
    }
  }

  // In the order of LstmScan.Layout.
  private List<FunctionDef> forward(LstmScan.Layout layout) {
    variables.add(LoopVariable.of(time, tf.math.add(time, tf.constant(1))));
    unchanged("steps", TInt32.class, Shape.scalar());
    Operand<TFloat32> inputs = unchanged("inputs");
    Operand<?> kernel = unchanged("kernel", layout.products().type(), Shape.unknown());
    Operand<TFloat32> parameters = unchanged("parameters");
    Operand<TFloat32> c = floats("memory");
    Operand<TFloat32> h = floats("hidden");
    Operand<TFloat32> joined = // [B, D + U]
        tf.concat(List.of(WhileOps.row(tf, inputs, time), h), tf.constant(1));
    Operand<TFloat32> sums = product(layout, joined, kernel); // [B, 4U]
    Step step = layout.normalized() ? normalized(sums, c, parameters) : plain(sums, c, parameters);
    Operand<TFloat32> newC = step.c();
    Operand<TFloat32> newH = step.h();
    variables.add(LoopVariable.of(c, newC));
    variables.add(LoopVariable.of(h, newH)); // with dropout of h replaced below
    stored("gates", time, step.gates());
    stored("memories", tf.math.add(time, tf.constant(1)), newC);
    stored("hiddens", time, newH);
    switch (layout.drops()) {
      case NOTHING -> {}
      case OUTPUTS -> {
        Operand<TBool> masks = unchanged("masks", TBool.class, Shape.unknown());
        Operand<TFloat32> divisor = unchanged("divisor");
        stored("dropped", time, dropped(newH, masks, divisor));
      }
      case HIDDEN -> {
        Operand<TFloat32> scale = unchanged("hidden_scale");
        variables.set(LstmScan.Layout.HIDDEN, LoopVariable.of(h, tf.math.mul(newH, scale)));
      }
    }
    String loop = name(layout);
    return List.of(Functions.less(loop, variables), Functions.wholeBody(loop, graph, variables));
  }

  /**
   * A step after its matrix product.
   *
   * @param gates what the gradient reads of it, {@code [B, 4U]}
   */
  private record Step(Operand<TFloat32> gates, Operand<TFloat32> c, Operand<TFloat32> h) {}

  private Step plain(Operand<TFloat32> product, Operand<TFloat32> c, Operand<TFloat32> bias) {
    Operand<TFloat32> sums = tf.nn.biasAdd(product, bias);
    // i = input gate, j = new input, f = forget gate, o = output gate; each [B, U]
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), sums, 4L).output();
    Operand<TFloat32> i = tf.math.sigmoid(ijfo.get(0));
    Operand<TFloat32> j = tf.math.tanh(ijfo.get(1));
    Operand<TFloat32> f = tf.math.sigmoid(ijfo.get(2));
    Operand<TFloat32> o = tf.math.sigmoid(ijfo.get(3));
    Operand<TFloat32> newC = tf.math.add(tf.math.mul(c, f), tf.math.mul(i, j));
    Operand<TFloat32> newH = tf.math.mul(tf.math.tanh(newC), o);
    return new Step(tf.concat(List.of(i, j, f, o), tf.constant(1)), newC, newH);
  }

  private Step normalized(
      Operand<TFloat32> sums, Operand<TFloat32> c, Operand<TFloat32> parameters) {
    NormalizedLstmStep.After after = new NormalizedLstmStep(tf, parameters).forward(sums, c);
    return new Step(sums, after.c(), after.h());
  }

  // Variables: time, gradients of c and h, and the gates, which become the gradients of their sums;
  // then, unchanged: gradients of the outputs, recurrent part of the kernel transposed, memories,
  // those of dropout, and with layer normalization the parameters and the sum of their gradients.
  private List<FunctionDef> backward(LstmScan.Layout layout) {
    Operand<TFloat32> gradientC = floats("memory_gradient");
    Operand<TFloat32> gradientH = floats("hidden_gradient");
    Operand<TFloat32> gates = floats("gates");
    Operand<TFloat32> outputs = floats("output_gradients");
    Operand<?> recurrent =
        graph.placeholder(
            "recurrent_transposed", layout.products().type(), Shape.unknown()); // [4U, U]
    Operand<TFloat32> memories = floats("memories");
    Operand<TFloat32> ofOutput = WhileOps.row(tf, outputs, time);
    Operand<TFloat32> ofNext = gradientH;
    List<LoopVariable> further = new ArrayList<>();
    switch (layout.drops()) {
      case NOTHING -> {}
      case OUTPUTS -> {
        Operand<TBool> masks = graph.placeholder("masks", TBool.class, Shape.unknown());
        Operand<TFloat32> divisor = floats("divisor");
        further.add(LoopVariable.unchanged(masks));
        further.add(LoopVariable.unchanged(divisor));
        ofOutput = dropped(ofOutput, masks, divisor);
      }
      case HIDDEN -> {
        Operand<TFloat32> scale = floats("hidden_scale");
        further.add(LoopVariable.unchanged(scale));
        ofNext = tf.math.mul(gradientH, scale);
      }
    }
    Operand<TFloat32> row = WhileOps.row(tf, gates, time);
    Operand<TFloat32> before = WhileOps.row(tf, memories, time);
    Operand<TFloat32> dh = tf.math.add(ofOutput, ofNext);
    Gradients step;
    if (layout.normalized()) {
      Operand<TFloat32> parameters = floats("parameters");
      Operand<TFloat32> sum = floats("parameter_gradients");
      NormalizedLstmStep.Gradients found =
          new NormalizedLstmStep(tf, parameters).backward(row, before, dh, gradientC);
      step = new Gradients(found.ofSums(), found.ofMemory());
      further.add(LoopVariable.unchanged(parameters));
      further.add(LoopVariable.of(sum, tf.math.add(sum, found.ofParameters())));
    } else {
      Operand<TFloat32> after = WhileOps.row(tf, memories, tf.math.add(time, tf.constant(1)));
      step = ofPlain(row, before, after, dh, gradientC);
    }
    variables.add(LoopVariable.of(time, tf.math.sub(time, tf.constant(1))));
    variables.add(LoopVariable.of(gradientC, step.ofMemory()));
    variables.add(LoopVariable.of(gradientH, product(layout, step.ofSums(), recurrent)));
    variables.add(LoopVariable.of(gates, WhileOps.withRow(tf, gates, time, step.ofSums())));
    variables.add(LoopVariable.unchanged(outputs));
    variables.add(LoopVariable.unchanged(recurrent));
    variables.add(LoopVariable.unchanged(memories));
    variables.addAll(further);
    String loop = Functions.gradient(name(layout));
    return List.of(
        Functions.notNegative(loop, variables), Functions.wholeBody(loop, graph, variables));
  }

  private record Gradients(Operand<TFloat32> ofSums, Operand<TFloat32> ofMemory) {}

  private Gradients ofPlain(
      Operand<TFloat32> gates,
      Operand<TFloat32> before,
      Operand<TFloat32> after,
      Operand<TFloat32> dh,
      Operand<TFloat32> gradientC) {
    // copies: this row is overwritten later
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), gates, 4L).output();
    Operand<TFloat32> i = ijfo.get(0);
    Operand<TFloat32> j = ijfo.get(1);
    Operand<TFloat32> f = ijfo.get(2);
    Operand<TFloat32> o = ijfo.get(3);
    Operand<TFloat32> c = tf.math.tanh(after);
    Operand<TFloat32> dc =
        tf.math.add(TanhGrad.create(tf.scope(), c, tf.math.mul(dh, o)), gradientC);
    Operand<TFloat32> ofO = SigmoidGrad.create(tf.scope(), o, tf.math.mul(dh, c));
    Operand<TFloat32> ofI = SigmoidGrad.create(tf.scope(), i, tf.math.mul(dc, j));
    Operand<TFloat32> ofJ = TanhGrad.create(tf.scope(), j, tf.math.mul(dc, i));
    Operand<TFloat32> ofF = SigmoidGrad.create(tf.scope(), f, tf.math.mul(dc, before));
    return new Gradients(
        tf.concat(List.of(ofI, ofJ, ofF, ofO), tf.constant(1)), tf.math.mul(dc, f)); // [B, 4U]
  }

  // As in DropoutWrapper: dropped values are 0 even if they were not finite.
  private Operand<TFloat32> dropped(
      Operand<TFloat32> x, Operand<TBool> masks, Operand<TFloat32> divisor) {
    return tf.select(WhileOps.row(tf, masks, time), tf.math.realDiv(x, divisor), tf.constant(0f));
  }

  private Operand<TFloat32> floats(String name) {
    return graph.floats(name, Shape.unknown());
  }

  private Operand<TFloat32> product(
      LstmScan.Layout layout, Operand<TFloat32> left, Operand<?> right) {
    return layout.products().of(tf, layout.products().factor(tf, left), right);
  }

  private Operand<TFloat32> unchanged(String name) {
    return unchanged(name, TFloat32.class, Shape.unknown());
  }

  private <T extends TType> Operand<T> unchanged(String name, Class<T> type, Shape shape) {
    Operand<T> value = graph.placeholder(name, type, shape);
    variables.add(LoopVariable.unchanged(value));
    return value;
  }

  private void stored(String name, Operand<TInt32> place, Operand<TFloat32> value) {
    Operand<TFloat32> buffer = floats(name);
    variables.add(LoopVariable.of(buffer, WhileOps.withRow(tf, buffer, place, value)));
  }
}
