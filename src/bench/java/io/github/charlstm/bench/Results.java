package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that one run of the bench measured.
 *
 * @param circumstances where, of what, and by which command
 * @param sections by group
 * @param startUp start-up times, if they were asked for
 */
record Results(
    Circumstances circumstances, List<Section> sections, Optional<List<StartUp.Result>> startUp) {

  /**
   * What figures mean nothing without.
   *
   * @param machine in words
   * @param commit of the checkout, if it is one
   * @param command as it was typed
   * @param date in ISO's form
   * @param load processes that wanted a processor in the minute before (the load average); below 0
   *     where the system does not tell
   * @param plan how much each contender did
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

  /** What each contender says it is, in the order in which they came. */
  List<String> descriptions() {
    return sections.stream()
        .flatMap(section -> section.rows().stream())
        .map(row -> row.outcome().description())
        .filter(words -> !words.isEmpty())
        .distinct()
        .toList();
  }

  /** Whether something that is here did not do all it was asked. */
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
