package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs contenders in turn, round after round. */
final class Rounds {
  private final Competitor.Plan plan;
  private final Consumer<String> log;

  Rounds(Competitor.Plan plan, Consumer<String> log) {
    this.plan = plan;
    this.log = log;
  }

  private record Place(Workload workload, Competitor competitor) {}

  /**
   * Measures the workloads of a group together.
   *
   * @param workloads one for all contenders, or several for charlstm only
   * @param contenders those requested; may include the product
   */
  Section run(List<Workload> workloads, List<Contender> contenders) throws InterruptedException {
    List<Place> places = new ArrayList<>();
    Optional<Competitor> product = Optional.empty();
    for (Contender contender : contenders) {
      if (contender.kinds().contains(Task.Kind.PRODUCT)) {
        Task large = Task.product(Workloads.PRODUCT_SIZE);
        product = Optional.of(new Competitor(contender, large, true, plan));
        continue;
      }
      for (Workload workload : workloads) {
        boolean asked = !workload.oursOnly() || contender.name().equals(Contenders.OURS);
        if (asked && contender.kinds().contains(workload.task().kind())) {
          boolean stays = !workload.oursOnly();
          places.add(new Place(workload, new Competitor(contender, workload.task(), stays, plan)));
        }
      }
    }
    if (places.isEmpty()) {
      return new Section(workloads.get(0).group(), List.of(), Optional.empty());
    }
    List<Competitor> all = new ArrayList<>(places.stream().map(Place::competitor).toList());
    product.ifPresent(all::add);
    try {
      play(all);
    } finally {
      all.forEach(Competitor::close);
    }
    return new Section(
        workloads.get(0).group(),
        places.stream().map(p -> new Section.Row(p.workload(), p.competitor().outcome())).toList(),
        product.map(Competitor::outcome));
  }

  // Every other round is in reverse order, so that no contender always runs after the same one.
  private void play(List<Competitor> all) throws InterruptedException {
    for (Competitor competitor : all) {
      competitor.prepare();
      note(competitor.outcome());
    }
    List<Competitor> order = new ArrayList<>(all);
    for (int round = 0; round < plan.rounds(); round++) {
      log.accept("  round " + (round + 1) + " of " + plan.rounds());
      for (Competitor competitor : order) {
        competitor.turn();
      }
      Collections.reverse(order);
    }
    for (Competitor competitor : all) {
      competitor.finish();
    }
  }

  private void note(Outcome outcome) {
    if (outcome.failure().isPresent()) {
      log.accept("  " + outcome.title() + ": " + outcome.failure().get());
    } else if (!outcome.description().isEmpty()) {
      log.accept("  " + outcome.title() + ": ready, " + outcome.description());
    }
  }
}
