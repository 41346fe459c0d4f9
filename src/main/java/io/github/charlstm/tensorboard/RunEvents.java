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
 * The event files of a run for TensorBoard, in the run's folder {@value #FOLDER}. Each part is a
 * run in TensorBoard, like {@code train} and {@code test} of TF1's tutorials, so that curves of the
 * same tag are drawn in one chart.
 *
 * <p>A resumed run writes new files and first its first step ({@code SessionLog.START}, like TF1's
 * {@code SummarySaverHook}), so that TensorBoard drops what a killed process wrote after its last
 * checkpoint. All values of a step are in the file before the next step begins.
 *
 * <p>If the files cannot be created the run does not begin; if they can no longer be written, on a
 * full disk for instance, the run reports it once and goes on without them.
 */
public final class RunEvents implements AutoCloseable {
  /** Name of the folder in a run's folder. */
  public static final String FOLDER = "tensorboard";

  /** The part with the values of each training step. */
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

  /** {@return events that write nothing} */
  public static RunEvents none() {
    return new RunEvents(Path.of(""), 1, 0, notice -> {}, false);
  }

  /**
   * Creates the files of a run that is about to start or to resume.
   *
   * @param run its folder
   * @param done training steps done
   * @param graph the training graph
   * @param histogramsEvery steps between histograms; 0 for none
   * @param notices receives a line if the files can no longer be written
   * @return the events
   * @throws InvalidRunException if the files cannot be created
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
              + "); make it writable, or train without `tensorboard`",
          e);
    }
  }

  /** {@return the files' folder; empty if there are none} */
  public Optional<Path> folder() {
    return on ? Optional.of(folder) : Optional.empty();
  }

  /** Whether to write histograms of a step. */
  boolean wantsHistograms(long step) {
    return on && histogramsEvery > 0 && step % histogramsEvery == 0;
  }

  /** Writes and flushes numbers of a step, by their tags. */
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
   * Writes histograms of a step.
   *
   * @param group first part of the tags, before the tensors' names
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
   * Writes texts that the model generated after a step.
   *
   * @param tag of all
   * @param step training steps done
   * @param texts shown unchanged
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
        "files for TensorBoard in "
            + folder
            + " can no longer be written ("
            + FileFailures.reason(reason)
            + "); the run goes on without them");
  }

  // Does not wait for what cannot be written.
  private void giveUp() {
    on = false;
    parts.values().forEach(EventFileWriter::abandon);
    parts.clear();
  }
}
