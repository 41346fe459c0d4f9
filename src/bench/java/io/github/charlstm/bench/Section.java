package io.github.charlstm.bench;

import java.util.List;
import java.util.Optional;

/**
 * The results of workloads that were measured together.
 *
 * @param name its group of workloads
 * @param rows of one workload, a contender each; or of one contender, a size each
 * @param product the large product measured in the same rounds, if requested
 */
record Section(String name, List<Row> rows, Optional<Outcome> product) {

  /** One contender's outcome in one workload. */
  record Row(Workload workload, Outcome outcome) {}

  Section {
    rows = List.copyOf(rows);
  }

  /** Whether the rows are sizes of one contender. */
  boolean growth() {
    return rows.get(0).workload().oursOnly();
  }

  /** charlstm's outcome, if it was measured. */
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
