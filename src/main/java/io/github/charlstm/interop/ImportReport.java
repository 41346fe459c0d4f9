package io.github.charlstm.interop;

import io.github.charlstm.train.RunSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * What an import did.
 *
 * @param source prefix of the checkpoint that was read
 * @param names which versions of TensorFlow name variables as it does
 * @param checkpoint folder of the checkpoint that was written
 * @param settings of the run
 * @param step training steps done
 * @param used how many tensors of the source went into the run
 * @param notUsed names of its other tensors
 * @param atZero slots that it lacks; they start at zero
 * @param notes what else the user should know, one sentence each
 */
public record ImportReport(
    Path source,
    String names,
    Path checkpoint,
    RunSettings settings,
    long step,
    int used,
    List<String> notUsed,
    List<String> atZero,
    List<String> notes) {

  /**
   * Copies the lists.
   *
   * @param source that was read
   * @param names which versions name variables so
   * @param checkpoint that was written
   * @param settings of the run
   * @param step training steps done
   * @param used tensors of the source
   * @param notUsed other tensors of the source
   * @param atZero slots that it lacks
   * @param notes one sentence each
   */
  public ImportReport {
    notUsed = List.copyOf(notUsed);
    atZero = List.copyOf(atZero);
    notes = List.copyOf(notes);
  }
}
