package io.github.charlstm.recipe;

import io.github.charlstm.recipe.Trial.Begun;
import io.github.charlstm.recipe.Trial.Program;
import io.github.charlstm.report.MarkdownPage;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The trials that have begun, of all experiments. */
record Results(List<Begun> trials) {
  /** {@return the experiments that charlstm has begun, in their order} */
  List<Experiment> experiments() {
    return trials.stream()
        .map(Begun::trial)
        .filter(trial -> trial.program() == Program.CHARLSTM)
        .map(Trial::experiment)
        .distinct()
        .toList();
  }

  /** {@return an experiment's trials by one program, in the order of their seeds} */
  List<Begun> of(Experiment experiment, Program program) {
    return trials.stream()
        .filter(begun -> begun.trial().experiment().equals(experiment))
        .filter(begun -> begun.trial().program() == program)
        .toList();
  }

  /** {@return charlstm's first trial of an experiment that has begun} */
  Begun first(Experiment experiment) {
    return of(experiment, Program.CHARLSTM).get(0);
  }

  /** {@return Python's trial with the same seed} */
  Optional<Begun> python(Begun charlstm) {
    return of(charlstm.trial().experiment(), Program.PYTHON).stream()
        .filter(begun -> begun.trial().seedOffset() == charlstm.trial().seedOffset())
        .findFirst();
  }

  /** {@return the figures of trials, such as {@code 1.6052 (1.5990 to 1.6123, 3 seeds)}} */
  static String figures(List<Begun> trials) {
    double[] figures =
        trials.stream().map(Begun::figure).flatMapToDouble(OptionalDouble::stream).toArray();
    if (figures.length < 2) {
      return MarkdownPage.number(figures.length == 0 ? Double.NaN : figures[0], 4);
    }
    Spread spread = Spread.of(figures);
    return "%s (%s to %s, %s seeds)"
        .formatted(
            MarkdownPage.number(spread.mean(), 4),
            MarkdownPage.number(spread.lowest(), 4),
            MarkdownPage.number(spread.highest(), 4),
            figures.length);
  }

  /** The values of several seeds; NaN without a value. */
  record Spread(double mean, double lowest, double highest) {
    static Spread of(double... values) {
      DoubleSummaryStatistics statistics = Arrays.stream(values).summaryStatistics();
      return values.length == 0
          ? new Spread(Double.NaN, Double.NaN, Double.NaN)
          : new Spread(statistics.getAverage(), statistics.getMin(), statistics.getMax());
    }

    double width() {
      return highest - lowest;
    }
  }
}
