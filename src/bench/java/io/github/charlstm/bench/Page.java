package io.github.charlstm.bench;

import java.util.List;
import java.util.Locale;

/** The results as a CommonMark document. */
final class Page {
  private static final List<String> DIFFERENCES =
      List.of(
          "Every contender does the same computation in float32: the forward pass, dropout"
              + " on each layer's output, the mean softmax cross-entropy, its gradient, clipping"
              + " by the global norm (not for MNIST, as in the book), Adam. For texts the state is"
              + " carried from step to step.",
          "PyTorch: two biases per layer where TF1 has one. Its LSTM is `torch.lstm`, which"
              + " runs on oneDNN, all layers in one call. By default its idle threads spin, which"
              + " makes it very slow on a busy machine; in the second contender they sleep"
              + " (`OMP_WAIT_POLICY=PASSIVE`).",
          "Deeplearning4j: has no clipping by the global norm, so each layer's gradients"
              + " are clipped separately; every step starts from a zero state; it runs with"
              + " `OMP_WAIT_POLICY=PASSIVE`, as it takes twice as long when its idle threads spin.",
          "Python: `tf.compat.v1.nn.dynamic_rnn` in graph mode, as in a TF1 program.",
          "Sampling: each contender computes the probabilities of the next character and"
              + " draws among the four most probable; PyTorch and Deeplearning4j call the library"
              + " once per character.");

  private static final List<String> METHOD =
      List.of(
          "Each contender runs in a separate process. After a warm-up they run some steps"
              + " in turn, round after round, so that all run under the same load. Where the"
              + " growth of the step is measured, each size is started anew in every round, so"
              + " that only one is in memory.",
          "Times are medians of all steps. A ratio is one of medians; the quartiles next to"
              + " it are those of the ratios of each round's medians.",
          "GFLOP/s counts the matrix products of TF1's graph, whatever a contender"
              + " computes: three times those of the forward pass, 201 GFLOP for Anna's 2 x 512."
              + " The large product is TensorFlow's product of two 2048 x 2048 matrices, measured"
              + " in the same rounds.",
          "Peak memory is the maximum resident memory of the process (`VmHWM`), of Java and"
              + " the native library together.",
          "The data are random but learnable, so the last loss shows that a contender"
              + " trains; after so few steps it says nothing else.");

  private Page() {}

  static String of(Results results) {
    Results.Circumstances circumstances = results.circumstances();
    Competitor.Plan plan = circumstances.plan();
    StringBuilder page = new StringBuilder("# Bench\n\nWritten by\n\n");
    page.append("    ").append(circumstances.command()).append("\n\n");
    page.append("on ").append(circumstances.date()).append(", on ");
    page.append(circumstances.machine())
        .append(circumstances.commit().map(c -> ", at commit " + c).orElse(""));
    page.append(".\n\n");
    bullets(page, results.descriptions());
    page.append(
        String.format(
            Locale.ROOT,
            "Rounds: %d. A turn: at least %d steps and %.0f s. Warm-up: %d steps.%s%n%n",
            plan.rounds(),
            plan.steps(),
            plan.turnSeconds(),
            plan.warmUp(),
            circumstances.load() < 0
                ? ""
                : String.format(Locale.ROOT, " Load average before: %.1f.", circumstances.load())));
    results.tables().forEach(table -> page.append(table.markdown()));
    page.append("## How it is measured\n\n");
    bullets(page, METHOD);
    page.append("## What the contenders do\n\n");
    bullets(page, DIFFERENCES);
    return page.toString().stripTrailing() + "\n";
  }

  private static void bullets(StringBuilder page, List<String> items) {
    items.forEach(item -> page.append("- ").append(item).append('\n'));
    page.append(items.isEmpty() ? "" : "\n");
  }
}
