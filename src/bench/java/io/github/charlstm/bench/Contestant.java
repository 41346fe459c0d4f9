package io.github.charlstm.bench;

/** One contender inside its own process, ready to work. */
interface Contestant extends AutoCloseable {
  /** Name and version of what runs, and its threads, in a few words. */
  String describe();

  /**
   * One step: a training step with new random data, {@link Task#CHARACTERS} characters, or one
   * product.
   *
   * @return the loss before the update; 0 where there is none
   */
  double step();

  @Override
  void close();
}
