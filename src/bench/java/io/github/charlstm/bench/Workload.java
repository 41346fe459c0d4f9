package io.github.charlstm.bench;

/**
 * One thing that is measured.
 *
 * @param name as {@code --only} takes it
 * @param group that its results are shown with; {@code --only} takes it too
 * @param title as shown in tables
 * @param task that each contender does
 * @param oursOnly whether only charlstm runs it
 */
record Workload(String name, String group, String title, Task task, boolean oursOnly) {
  /** Whether results are characters per second instead of seconds per step. */
  boolean samples() {
    return task.kind() == Task.Kind.SAMPLE;
  }
}
