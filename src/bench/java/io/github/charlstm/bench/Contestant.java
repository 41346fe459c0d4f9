package io.github.charlstm.bench;

/** A contender inside its own process. */
interface Contestant extends AutoCloseable {
  /** Name, version and number of threads. */
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
