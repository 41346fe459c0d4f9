package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.TensorInfo;
import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.proto.DataType;

/** How many training steps lie behind a checkpoint of another program. */
final class StepCount {
  private static final String GLOBAL_STEP = "global_step";
  private static final String BETA2_POWER = "beta2_power";

  private StepCount() {}

  /**
   * Of a checkpoint whose number is that of its updates, as {@code Saver} and the book have it: the
   * variable {@code global_step}, else the updates by Adam's power, else the number, else 0.
   */
  static long of(FileTensors file, OptionalLong number) {
    OptionalLong global = globalStep(file);
    OptionalLong updates = updates(file);
    return checked(file, global.orElse(updates.orElse(number.orElse(0))));
  }

  /**
   * Of char-rnn-tensorflow, which names a checkpoint by the number of the last step, counted from
   * 0: one less than the steps. A program that was made from it may count otherwise, and Adam's
   * power tells. A run that was begun again from a checkpoint counts from 0 again, also for its
   * learning rate, but Adam goes on; then the number holds, and a note says so.
   */
  static long ofCharRnn(FileTensors file, OptionalLong number, List<String> notes) {
    OptionalLong global = globalStep(file);
    OptionalLong updates = updates(file);
    if (global.isPresent() || number.isEmpty()) {
      return of(file, number);
    }
    long step = number.getAsLong() + 1;
    if (updates.isPresent() && updates.getAsLong() == number.getAsLong()) {
      step = number.getAsLong();
    } else if (updates.isPresent() && updates.getAsLong() != step) {
      notes.add(
          "Adam has done "
              + updates.getAsLong()
              + " updates, but the run counted "
              + step
              + " steps since it was last begun; the epoch and the learning rate follow the "
              + step);
    }
    return checked(file, step);
  }

  private static OptionalLong globalStep(FileTensors file) {
    return file.find(GLOBAL_STEP)
        .filter(tensor -> isWhole(tensor) && tensor.shape().size() == 1)
        .map(tensor -> OptionalLong.of(file.reader().readLongs(tensor.name())[0]))
        .orElse(OptionalLong.empty());
  }

  private static boolean isWhole(TensorInfo tensor) {
    return tensor.dtype() == DataType.DT_INT64 || tensor.dtype() == DataType.DT_INT32;
  }

  private static OptionalLong updates(FileTensors file) {
    return file.find(BETA2_POWER)
        .filter(tensor -> tensor.dtype() == DataType.DT_FLOAT && tensor.shape().size() == 1)
        .map(tensor -> AdamPowers.updates(file.reader().readFloats(tensor.name())[0]))
        .orElse(OptionalLong.empty());
  }

  private static long checked(FileTensors file, long step) {
    if (step < 0 || step > Integer.MAX_VALUE) {
      throw file.unfit(
          "it says that " + step + " steps are done; expected 0 to " + Integer.MAX_VALUE);
    }
    return step;
  }
}
