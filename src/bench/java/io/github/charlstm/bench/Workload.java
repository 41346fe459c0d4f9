package io.github.charlstm.bench;

/**
 * One thing that is measured.
 *
 * @param name as {@code --only} takes it
 * @param group that its results are shown with; {@code --only} takes it too
 * @param title for people
 * @param task that each contender does
 * @param oursOnly whether no other contender takes part
 */
record Workload(String name, String group, String title, Task task, boolean oursOnly) {
  /** Whether characters a second are what counts, and not seconds a step. */
  boolean samples() {
    return task.kind() == Task.Kind.SAMPLE;
  }
}
