package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.TensorInfo;
import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.proto.DataType;

/**
 * How many training steps a checkpoint of a Python program has behind it.
 *
 * <p>After k updates Adam's {@code beta2_power} is beta2 to the power of k + 1, rounded to float32
 * at every multiplication; so counting multiplications gives k exactly.
 */
final class StepCount {
  /** TF1's default {@code beta1}. */
  static final float BETA1 = 0.9f;

  /** TF1's default {@code beta2}. */
  static final float BETA2 = 0.999f;

  private StepCount() {}

  /**
   * The steps of a checkpoint whose number is that of its updates, as with {@code Saver} and the
   * book: the variable {@code global_step}, else the updates by Adam's power, else the number, else
   * 0.
   */
  static long of(FileTensors file, OptionalLong number) {
    OptionalLong global =
        file.find("global_step")
            .filter(tensor -> tensor.shape().size() == 1 && isInteger(tensor))
            .map(tensor -> OptionalLong.of(file.reader().readLongs(tensor.name())[0]))
            .orElse(OptionalLong.empty());
    return checked(file, global.orElse(updates(file).orElse(number.orElse(0))));
  }

  /**
   * The steps of a checkpoint of char-rnn-tensorflow, whose number is that of the last step from 0:
   * one less than the steps. Programs derived from it may count from 1, which Adam's power shows. A
   * run that was restarted from a checkpoint ({@code --init_from}) counts from 0 again, also for
   * its learning rate, while Adam continues; then the number is used, and a note is added.
   */
  static long ofCharRnn(FileTensors file, OptionalLong number, List<String> notes) {
    OptionalLong updates = updates(file);
    if (file.find("global_step").isPresent() || number.isEmpty()) {
      return of(file, number);
    }
    long step = number.getAsLong() + 1;
    if (updates.isPresent() && updates.getAsLong() == number.getAsLong()) {
      step = number.getAsLong();
    } else if (updates.isPresent() && updates.getAsLong() != step) {
      notes.add(
          String.format(
              "Adam has done %s updates, but the run counted %s steps since it was last begun; the"
                  + " epoch and the learning rate follow from %s",
              updates.getAsLong(), step, step));
    }
    return checked(file, step);
  }

  private static boolean isInteger(TensorInfo tensor) {
    return tensor.dtype() == DataType.DT_INT64 || tensor.dtype() == DataType.DT_INT32;
  }

  private static OptionalLong updates(FileTensors file) {
    return file.find("beta2_power")
        .filter(tensor -> tensor.dtype() == DataType.DT_FLOAT && tensor.shape().size() == 1)
        .map(tensor -> updates(file.reader().readFloats(tensor.name())[0]))
        .orElse(OptionalLong.empty());
  }

  /** How many updates were done; empty if beta2 was another, or the power has become 0. */
  static OptionalLong updates(float beta2Power) {
    float power = BETA2;
    long updates = 0;
    while (power > beta2Power && power >= Float.MIN_NORMAL) {
      power *= BETA2;
      updates++;
    }
    return power == beta2Power ? OptionalLong.of(updates) : OptionalLong.empty();
  }

  /** The power of a beta after so many updates. */
  static float power(float beta, long updates) {
    return (float) Math.pow(beta, updates + 1.0);
  }

  private static long checked(FileTensors file, long step) {
    if (step < 0 || step > Integer.MAX_VALUE) {
      throw file.unfit("its step is %s; expected 0 to %s", step, Integer.MAX_VALUE);
    }
    return step;
  }
}
