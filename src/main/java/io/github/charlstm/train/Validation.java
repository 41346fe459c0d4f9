package io.github.charlstm.train;

/**
 * What a run knows about its losses on the text that is held out, after the measurement of a
 * checkpoint.
 *
 * @param loss of the last measurement, nats a symbol
 * @param bestLoss the lowest so far
 * @param bestStep the step of the checkpoint that has it
 * @param sinceBest measurements since then
 */
public record Validation(double loss, double bestLoss, long bestStep, int sinceBest) {

  /** After the first measurement. */
  static Validation first(double loss, long step) {
    return new Validation(loss, loss, step, 0);
  }

  /** After a further measurement; of equal losses the first is the best. */
  Validation next(double measured, long step) {
    return measured < bestLoss
        ? first(measured, step)
        : new Validation(measured, bestLoss, bestStep, sinceBest + 1);
  }
}
