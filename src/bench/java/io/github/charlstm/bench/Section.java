package io.github.charlstm.bench;

import java.util.List;
import java.util.Optional;

/**
 * What was measured in one go.
 *
 * @param name its group of workloads
 * @param rows of one workload, a contender each; or of one contender, a size each
 * @param product the large product that went round with them, if it was asked for
 */
record Section(String name, List<Row> rows, Optional<Outcome> product) {

  /** One contender's outcome in one workload. */
  record Row(Workload workload, Outcome outcome) {}

  Section {
    rows = List.copyOf(rows);
  }

  /** Whether it shows how the step grows with a size. */
  boolean growth() {
    return rows.get(0).workload().oursOnly();
  }

  /** Ours, if it was measured. */
  Optional<Outcome> ours() {
    return rows.stream()
        .map(Row::outcome)
        .filter(outcome -> outcome.contender().equals(Contenders.OURS) && outcome.measured())
        .findFirst();
  }

  /** Floating-point operations a second of the large product, if it was measured. */
  Optional<Double> productSpeed() {
    double size = Workloads.PRODUCT_SIZE;
    return product
        .filter(Outcome::measured)
        .map(outcome -> Flops.product(size, size, size) / outcome.median());
  }
}
