package io.github.charlstm.model;

import io.github.charlstm.rnn.FusedLstm;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.proto.RewriterConfig.MemOptType;
import org.tensorflow.proto.RewriterConfig.NumIterationsType;
import org.tensorflow.proto.RewriterConfig.Toggle;

/** Configurations of the models' sessions. */
public final class SessionOptions {
  private SessionOptions() {}

  /** For the loop of a training graph; {@code fixedLanes} is as in {@link TrainingOptions}. */
  static ConfigProto forLoop(RnnImplementation loop, int fixedLanes) {
    ConfigProto options = forUnrolledGraphs();
    if (loop.isFused()) {
      options = options.toBuilder().setGraphOptions(forFusedLoops(options)).build();
    }
    int processors = Runtime.getRuntime().availableProcessors();
    if (fixedLanes > 0) {
      // The number of threads decides how a product is cut, and so the order of its sums.
      return options.toBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(processors)
          .build();
    }
    if (!loop.isFused()) {
      return options;
    }
    // Each lane of a fused loop has a processor for itself; handing parts of its operations to
    // others would only make them wait for each other.
    Threads threads = threadsOfFusedLoop(processors);
    return options.toBuilder()
        .setIntraOpParallelismThreads(threads.intraOp())
        .setInterOpParallelismThreads(threads.interOp())
        .build();
  }

  // Remapping finds nothing in these graphs, nor does a second round of passes; looking for it is
  // half of what the first step takes beyond the others in a small model.
  private static GraphOptions forFusedLoops(ConfigProto options) {
    return GraphOptions.newBuilder()
        .setRewriteOptions(
            options.getGraphOptions().getRewriteOptions().toBuilder()
                .setRemapping(Toggle.OFF)
                .setMetaOptimizerIterations(NumIterationsType.ONE))
        .build();
  }

  /** The lanes of a fused loop: those that are fixed, or those that suit the machine. */
  static int lanes(int fixedLanes) {
    return fixedLanes > 0 ? fixedLanes : FusedLstm.defaultLanes();
  }

  /**
   * For a graph of one sequence and one step. Its operations are too short for threads within them
   * to pay; the products of {@code SamplingDecoder} are cut for two threads side by side.
   */
  static ConfigProto forOneSymbol() {
    return forUnrolledGraphs().toBuilder().setIntraOpParallelismThreads(1).build();
  }

  /**
   * Keeps the passes that make a step faster (remapping to fused kernels) and drops those that cost
   * seconds on an unrolled graph of 20,000 nodes and change nothing there.
   *
   * <p>The memory pass must be off: it sums the gradients of a shared variable in the order in
   * which threads deliver them, and two runs with the same seed would part in the last bit.
   */
  static ConfigProto forUnrolledGraphs() {
    RewriterConfig passes =
        RewriterConfig.newBuilder()
            .setArithmeticOptimization(Toggle.OFF)
            .setConstantFolding(Toggle.OFF)
            .setDependencyOptimization(Toggle.OFF)
            .setFunctionOptimization(Toggle.OFF)
            .setLayoutOptimizer(Toggle.OFF)
            .setLoopOptimization(Toggle.OFF)
            .setMemoryOptimization(MemOptType.NO_MEM_OPT)
            .setShapeOptimization(Toggle.OFF)
            .build();
    return ConfigProto.newBuilder()
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(passes))
        .build();
  }

  /**
   * Threads of a session that trains by the fused loop: parts of the batch ({@code lanes}) and
   * operations ({@code interOp}) side by side, threads that share an operation ({@code intraOp}).
   */
  public record Threads(int lanes, int intraOp, int interOp) {}

  /** {@return the threads of a session that trains by the fused loop} */
  public static Threads threadsOfFusedLoop(int processors) {
    int lanes = FusedLstm.defaultLanes();
    return new Threads(lanes, Math.max(1, processors / lanes), processors);
  }
}
