package io.github.charlstm.bench;

import java.util.List;
import java.util.Locale;

/** The results as a page of CommonMark. */
final class Page {
  private static final List<String> DIFFERENCES =
      List.of(
          "Every contender does the same mathematics in float32: the forward half, dropout on each"
              + " layer's output, the mean softmax cross-entropy, its gradient, a clip by the global"
              + " norm (not for MNIST, as in the book), Adam. Texts hand their state on from step to"
              + " step.",
          "PyTorch: two biases a layer where TF1 has one. Its LSTM is `torch.lstm`, which runs on"
              + " oneDNN, all layers in one call. As it comes, its threads spin while they wait for each"
              + " other, which ruins it on a busy machine; the contender whose threads sleep is the same"
              + " with `OMP_WAIT_POLICY=PASSIVE`.",
          "Deeplearning4j: has no clip by the global norm, so each layer's gradients are clipped by"
              + " their own; every step starts from a state of zeros; started with"
              + " `OMP_WAIT_POLICY=PASSIVE`, without which its threads spin and it takes twice as"
              + " long.",
          "Python: `tf.compat.v1.nn.dynamic_rnn` in graph mode, as a TF1 program has it.",
          "Sampling: each contender computes the probabilities of the next character and draws among"
              + " the four likeliest; PyTorch and Deeplearning4j by one call of the library a"
              + " character.");

  private static final List<String> METHOD =
      List.of(
          "Each contender is a process of its own. After a warm-up they do some steps in turn, round"
              + " after round, so that all see the same machine. Where the step's growth is measured,"
              + " each size starts anew every round, so that only one is in memory.",
          "Times are medians of all steps. A ratio is one of medians; the quartiles beside it are"
              + " those of the ratios of each round's medians.",
          "GFLOP/s counts the matrix products of TF1's graph, whatever a contender really does: three"
              + " times the forward half's, 201 GFLOP for Anna's 2 x 512. The large product is"
              + " TensorFlow's own of two matrices of 2048 x 2048, measured in the same rounds.",
          "Peak memory is the process's resident memory at most (`VmHWM`), Java's and the native"
              + " library's.",
          "Data are random and can be learnt, so that the last loss shows that a contender trains;"
              + " losses after so few steps say nothing else.");

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
            "Rounds: %d. A turn: %d steps or more, %.0f s or more. Steps of warm-up: %d.%s%n%n",
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
