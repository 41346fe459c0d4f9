package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The results of one run of the bench.
 *
 * @param circumstances machine, commit, command and settings
 * @param sections by group
 * @param startUp start-up times, if they were asked for
 */
record Results(
    Circumstances circumstances, List<Section> sections, Optional<List<StartUp.Result>> startUp) {

  /**
   * How the results were measured.
   *
   * @param machine in words
   * @param commit of the checkout, if it is one
   * @param command line
   * @param date as {@code 2026-01-31}
   * @param load average of the minute before; below 0 where the system does not report it
   * @param plan rounds and steps
   */
  record Circumstances(
      String machine,
      Optional<String> commit,
      String command,
      String date,
      double load,
      Competitor.Plan plan) {}

  Results {
    sections = List.copyOf(sections);
  }

  List<Table> tables() {
    List<Table> tables = new ArrayList<>(sections.stream().map(Tables::of).toList());
    startUp.map(Tables::startUp).ifPresent(tables::add);
    return tables;
  }

  /** The descriptions of the contenders, in order of appearance. */
  List<String> descriptions() {
    return sections.stream()
        .flatMap(section -> section.rows().stream())
        .map(row -> row.outcome().description())
        .filter(words -> !words.isEmpty())
        .distinct()
        .toList();
  }

  /** Whether an installed contender failed. */
  boolean anyFailed() {
    boolean contender =
        sections.stream()
            .flatMap(section -> section.rows().stream())
            .map(Section.Row::outcome)
            .anyMatch(outcome -> outcome.failure().isPresent() && !outcome.description().isEmpty());
    return contender
        || startUp.orElse(List.of()).stream().anyMatch(result -> result.failure().isPresent());
  }
}
