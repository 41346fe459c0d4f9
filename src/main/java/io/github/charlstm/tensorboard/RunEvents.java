package io.github.charlstm.tensorboard;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.train.InvalidRunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/**
 * What TensorBoard shows of a run, in the folder {@value #FOLDER} of the run's. Each part is a run
 * of TensorBoard's, as TF1's tutorials have {@code train} and {@code test}, so that curves of one
 * name are drawn over each other.
 *
 * <p>A run that goes on writes new files and first says at which step ({@code SessionLog.START}, as
 * TF1's {@code SummarySaverHook} does): what a killed process wrote beyond its last checkpoint is
 * forgotten, since those steps are done again. All of a step is in the file before the next step
 * begins.
 *
 * <p>These files are for looking at. If they cannot be made the run does not begin; if they can no
 * longer be written, on a full disk say, that is told once, and the run goes on without them.
 */
public final class RunEvents implements AutoCloseable {
  /** Name of the folder in a run's folder. */
  public static final String FOLDER = "tensorboard";

  /** The part of what each step gives. */
  public static final String TRAIN = "train";

  private final Path folder;
  private final long firstStep;
  private final int histogramsEvery;
  private final Consumer<String> notices;
  private final Map<String, EventFileWriter> parts = new LinkedHashMap<>();
  private boolean on;

  private interface Writing {
    void to(EventFileWriter writer) throws IOException;
  }

  private RunEvents(
      Path folder, long firstStep, int histogramsEvery, Consumer<String> notices, boolean on) {
    this.folder = folder;
    this.firstStep = firstStep;
    this.histogramsEvery = histogramsEvery;
    this.notices = notices;
    this.on = on;
  }

  /**
   * Of a run that nobody wants to see in TensorBoard.
   *
   * @return what writes nothing and costs nothing
   */
  public static RunEvents none() {
    return new RunEvents(Path.of(""), 1, 0, notice -> {}, false);
  }

  /**
   * Begins the files of a run that is about to start or to go on.
   *
   * @param run its folder
   * @param done steps that are done
   * @param graph to be shown
   * @param histogramsEvery steps from histograms to histograms; 0 for none
   * @param notices hears in one line if the files can no longer be written
   * @return what writes them
   * @throws InvalidRunException if they cannot be made
   */
  public static RunEvents begin(
      Path run, long done, GraphDef graph, int histogramsEvery, Consumer<String> notices) {
    Path folder = run.resolve(FOLDER);
    RunEvents events = new RunEvents(folder, done + 1, histogramsEvery, notices, true);
    try {
      EventFileWriter writer = events.part(TRAIN);
      writer.graph(graph);
      writer.flush();
      return events;
    } catch (IOException e) {
      events.giveUp();
      throw new InvalidRunException(
          folder
              + " cannot be written to ("
              + FileFailures.reason(e)
              + "); mend that or train without `tensorboard`",
          e);
    }
  }

  /**
   * Where the files are.
   *
   * @return their folder; empty if there are none
   */
  public Optional<Path> folder() {
    return on ? Optional.of(folder) : Optional.empty();
  }

  /** Whether histograms of a step are to be written. */
  boolean wantsHistograms(long step) {
    return on && histogramsEvery > 0 && step % histogramsEvery == 0;
  }

  /** Numbers of a step, by their tags; they are in the file when this returns. */
  void scalars(String part, long step, Map<String, Double> values) {
    write(
        part,
        writer -> {
          for (Map.Entry<String, Double> value : values.entrySet()) {
            writer.scalar(value.getKey(), step, value.getValue());
          }
        });
  }

  /**
   * Histograms of a step.
   *
   * @param group what the tags begin with, before the tensors' names
   */
  void histograms(String group, long step, Map<String, TFloat32> tensors) {
    write(
        TRAIN,
        writer -> {
          for (Map.Entry<String, TFloat32> tensor : tensors.entrySet()) {
            writer.histogram(group + "/" + tensor.getKey(), step, tensor.getValue());
          }
        });
  }

  /**
   * Texts that the model wrote after a step.
   *
   * @param tag under which they are shown
   * @param step that was the last
   * @param texts each shown as it is
   */
  public void texts(String tag, long step, List<String> texts) {
    write(TRAIN, writer -> writer.text(tag, step, texts));
  }

  @Override
  public void close() {
    try {
      for (EventFileWriter writer : parts.values()) {
        writer.close();
      }
      parts.clear();
    } catch (IOException e) {
      fail(e);
    }
    on = false;
  }

  private EventFileWriter part(String name) throws IOException {
    EventFileWriter writer = parts.get(name);
    if (writer == null) {
      writer = EventFileWriter.open(folder.resolve(name));
      parts.put(name, writer);
      writer.start(firstStep);
    }
    return writer;
  }

  private void write(String part, Writing writing) {
    if (!on) {
      return;
    }
    try {
      EventFileWriter writer = part(part);
      writing.to(writer);
      writer.flush();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException reason) {
    giveUp();
    notices.accept(
        "TensorBoard's files in "
            + folder
            + " are written no further ("
            + FileFailures.reason(reason)
            + "); the run goes on without them");
  }

  // what cannot be written is not waited for
  private void giveUp() {
    on = false;
    parts.values().forEach(EventFileWriter::abandon);
    parts.clear();
  }
}
