package io.github.charlstm.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Something that can be measured, as a command that starts it.
 *
 * @param name as {@code --contenders} takes it
 * @param title as shown in tables
 * @param command that starts its process; a task's words come behind
 * @param environment variables that it gets besides the parent's
 * @param missing why it cannot run here, if it cannot
 * @param kinds of work that it does
 */
record Contender(
    String name,
    String title,
    List<String> command,
    Map<String, String> environment,
    Optional<String> missing,
    Set<Task.Kind> kinds) {

  Contender {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    kinds = Set.copyOf(kinds);
  }
}
