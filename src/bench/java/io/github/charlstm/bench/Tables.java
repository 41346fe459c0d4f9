package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measured times as tables. */
final class Tables {
  /** Shown where there is no number. */
  static final String NONE = "–";

  private static final double GIGA = 1e9;

  private Tables() {}

  static Table of(Section section) {
    return section.growth() ? growth(section) : comparison(section);
  }

  private static Table comparison(Section section) {
    Workload workload = section.rows().get(0).workload();
    boolean samples = workload.samples();
    List<String> head = new ArrayList<>();
    head.add("");
    head.addAll(
        samples
            ? List.of("characters/s", "quartiles", "charlstm's speed / its", "quartiles by round")
            : List.of("s per step", "quartiles", "charlstm's time / its", "quartiles by round"));
    if (!samples) {
      head.addAll(List.of("GFLOP/s", "share of the large product", "last loss"));
    }
    head.add("peak memory, MB");
    List<List<String>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Section.Row row : section.rows()) {
      rows.add(samples ? sampled(section, row.outcome()) : trained(section, row));
      failure(row.outcome().title(), row.outcome()).ifPresent(notes::add);
    }
    if (!samples) {
      section.product().ifPresent(product -> rows.add(product(product)));
      section.product().flatMap(p -> failure(p.title(), p)).ifPresent(notes::add);
    }
    return new Table(workload.title(), head, rows, notes);
  }

  private static Optional<String> failure(String who, Outcome outcome) {
    String what = outcome.measured() ? "stopped early" : "not measured";
    return outcome.failure().map(reason -> who + ": " + what + ", " + reason);
  }

  private static List<String> trained(Section section, Section.Row row) {
    Outcome outcome = row.outcome();
    if (!outcome.measured()) {
      return empty(outcome.title(), 9);
    }
    List<String> cells = new ArrayList<>(List.of(outcome.title(), seconds(outcome.median())));
    cells.add(seconds(quartile(outcome, 0.25)) + " to " + seconds(quartile(outcome, 0.75)));
    cells.addAll(ratio(section, outcome, false));
    cells.addAll(speed(section, row.workload(), outcome));
    cells.add(outcome.loss().isPresent() ? number(outcome.loss().getAsDouble(), 3) : NONE);
    cells.add(megabytes(outcome));
    return cells;
  }

  private static List<String> sampled(Section section, Outcome outcome) {
    if (!outcome.measured()) {
      return empty(outcome.title(), 6);
    }
    List<String> cells = new ArrayList<>(List.of(outcome.title(), rate(outcome.median())));
    cells.add(rate(quartile(outcome, 0.75)) + " to " + rate(quartile(outcome, 0.25)));
    cells.addAll(ratio(section, outcome, true));
    cells.add(megabytes(outcome));
    return cells;
  }

  private static List<String> product(Outcome product) {
    double size = Workloads.PRODUCT_SIZE;
    String name = product.title() + ", " + Workloads.PRODUCT_SIZE + " squared";
    if (!product.measured()) {
      return empty(name, 9);
    }
    double speed = Flops.product(size, size, size) / product.median() / GIGA;
    return List.of(
        name,
        seconds(product.median()),
        seconds(quartile(product, 0.25)) + " to " + seconds(quartile(product, 0.75)),
        NONE,
        NONE,
        number(speed, 0),
        number(1, 2),
        NONE,
        megabytes(product));
  }

  private static Table growth(Section section) {
    List<List<String>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Optional<Double> first = Optional.empty();
    for (Section.Row row : section.rows()) {
      Outcome outcome = row.outcome();
      String title = row.workload().title();
      failure(title, outcome).ifPresent(notes::add);
      if (!outcome.measured()) {
        rows.add(empty(title, 7));
        continue;
      }
      double perWork = outcome.median() / Flops.ofStep(row.workload().task().network());
      first = Optional.of(first.orElse(perWork));
      List<String> cells = new ArrayList<>(List.of(title, seconds(outcome.median())));
      cells.add(seconds(quartile(outcome, 0.25)) + " to " + seconds(quartile(outcome, 0.75)));
      cells.add(number(perWork / first.get(), 2));
      cells.addAll(speed(section, row.workload(), outcome));
      cells.add(megabytes(outcome));
      rows.add(cells);
    }
    return new Table(
        "Anna Karenina, 2 layers, by " + section.name(),
        List.of(
            "",
            "s per step",
            "quartiles",
            "time for the same work (first = 1)",
            "GFLOP/s",
            "share of the large product",
            "peak memory, MB"),
        rows,
        notes);
  }

  /** Start-up times. */
  static Table startUp(List<StartUp.Result> results) {
    List<List<String>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (StartUp.Result result : results) {
      String name = result.recipe() + (result.cold() ? ", cold" : ", warm");
      result.failure().ifPresent(reason -> notes.add(name + ": " + reason));
      if (result.seconds().isEmpty()) {
        rows.add(empty(name, 3));
        continue;
      }
      rows.add(
          List.of(
              name,
              number(Statistics.median(result.seconds()), 2),
              number(Statistics.quantile(result.seconds(), 0.25), 2)
                  + " to "
                  + number(Statistics.quantile(result.seconds(), 0.75), 2)));
    }
    return new Table(
        "From the command to the end of the first training step",
        List.of("", "s", "quartiles"),
        rows,
        notes);
  }

  private static List<String> ratio(Section section, Outcome outcome, boolean ofSpeeds) {
    Optional<Outcome> ours = section.ours();
    if (ours.isEmpty() || outcome.contender().equals(Contenders.OURS)) {
      return List.of(NONE, NONE);
    }
    // A ratio of speeds is the inverse ratio of times.
    Statistics.Ratio ratio =
        ofSpeeds
            ? Statistics.ratio(outcome.rounds(), ours.get().rounds())
            : Statistics.ratio(ours.get().rounds(), outcome.rounds());
    return List.of(
        number(ratio.ofMedians(), 2), number(ratio.low(), 2) + " to " + number(ratio.high(), 2));
  }

  private static List<String> speed(Section section, Workload workload, Outcome outcome) {
    double speed = Flops.ofStep(workload.task().network()) / outcome.median();
    return List.of(
        number(speed / GIGA, 0),
        section.productSpeed().map(product -> number(speed / product, 2)).orElse(NONE));
  }

  private static double quartile(Outcome outcome, double share) {
    return Statistics.quantile(Statistics.all(outcome.rounds()), share);
  }

  private static String megabytes(Outcome outcome) {
    return outcome.memory().isPresent() ? number(outcome.memory().getAsLong() / 1e6, 0) : NONE;
  }

  private static String rate(double secondsOfStep) {
    return number(Task.CHARACTERS / secondsOfStep, 0);
  }

  private static String seconds(double seconds) {
    return number(seconds, 3);
  }

  private static String number(double value, int places) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  private static List<String> empty(String name, int columns) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    while (cells.size() < columns) {
      cells.add(NONE);
    }
    return cells;
  }
}
