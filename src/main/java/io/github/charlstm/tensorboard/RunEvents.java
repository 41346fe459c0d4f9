package io.github.charlstm.tensorboard;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.train.InvalidRunException;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingListener;
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
 * Writes the event files of a run for TensorBoard, in the run's folder {@value #FOLDER}. Each part
 * is a run in TensorBoard, like {@code train} and {@code test} of TF1's tutorials, so that curves
 * of the same tag are drawn in one chart.
 *
 * <ul>
 *   <li>{@code train}: {@code curves/loss}, of texts {@code curves/bits_per_character}, of images
 *       {@code curves/accuracy} where it was measured, {@code curves/learning_rate}, {@code
 *       curves/global_norm} (of the gradients before clipping), {@code curves/seconds_per_step},
 *       and on request histograms {@code variables/<name>} (after the step) and {@code
 *       gradients/<name>} (as the step applied them, after clipping)
 *   <li>{@code validation}: loss and bits of the text that is held out
 *   <li>{@code test}: accuracy of the test images
 * </ul>
 *
 * <p>A resumed run writes new files and first its first step ({@code SessionLog.START}, like TF1's
 * {@code SummarySaverHook}), so that TensorBoard drops what a killed process wrote after its last
 * checkpoint. All values of a step are in the file before the next step begins.
 *
 * <p>If the files cannot be created the run does not begin; if they can no longer be written, on a
 * full disk for instance, the run reports it once and goes on without them.
 */
public final class RunEvents implements TrainingListener, AutoCloseable {
  /** Name of the folder in a run's folder. */
  public static final String FOLDER = "tensorboard";

  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";
  private static final String LOSS = "curves/loss";
  private static final String ACCURACY = "curves/accuracy";

  private final Path folder;
  private final RunSettings settings;
  private final long firstStep;
  private final int histogramsEvery;
  private final Consumer<String> notices;
  private final Map<String, EventFileWriter> parts = new LinkedHashMap<>();
  private boolean on;

  private interface Writing {
    void to(EventFileWriter writer) throws IOException;
  }

  private RunEvents(
      Path folder,
      RunSettings settings,
      long firstStep,
      int histogramsEvery,
      Consumer<String> notices,
      boolean on) {
    this.folder = folder;
    this.settings = settings;
    this.firstStep = firstStep;
    this.histogramsEvery = histogramsEvery;
    this.notices = notices;
    this.on = on;
  }

  /** {@return events that write nothing} */
  public static RunEvents none() {
    return new RunEvents(Path.of(""), null, 1, 0, notice -> {}, false);
  }

  /**
   * Creates the files of a run that is about to start or to resume after {@code done} steps; {@code
   * notices} receives a line if they can no longer be written.
   *
   * @param histogramsEvery steps between histograms; 0 for none
   * @throws InvalidRunException if the files cannot be created
   */
  public static RunEvents begin(
      Path run,
      RunSettings settings,
      long done,
      GraphDef graph,
      int histogramsEvery,
      Consumer<String> notices) {
    Path folder = run.resolve(FOLDER);
    RunEvents events = new RunEvents(folder, settings, done + 1, histogramsEvery, notices, true);
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

  @Override
  public void onStep(StepReport report) {
    if (!on) {
      return;
    }
    boolean isOfText = settings instanceof RunSettings.Text;
    Map<String, Double> values =
        isOfText
            ? losses(report.loss())
            : new LinkedHashMap<>(Map.of(LOSS, (double) report.loss()));
    report.metric(StepReport.ACCURACY).ifPresent(share -> values.put(ACCURACY, share));
    values.put("curves/learning_rate", (double) report.learningRate());
    values.put("curves/global_norm", (double) report.globalNorm());
    values.put("curves/seconds_per_step", report.seconds());
    scalars(TRAIN, report.step(), values);
    report
        .metric(StepReport.VALIDATION_LOSS)
        .ifPresent(loss -> scalars(VALIDATION, report.step(), losses(loss)));
    report
        .metric(StepReport.TEST_ACCURACY)
        .ifPresent(share -> scalars(TEST, report.step(), Map.of(ACCURACY, share)));
  }

  private static Map<String, Double> losses(double loss) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(LOSS, loss);
    values.put("curves/bits_per_character", loss / Math.log(2));
    return values;
  }

  @Override
  public boolean wantsTensors(long step) {
    return on && histogramsEvery > 0 && step % histogramsEvery == 0;
  }

  @Override
  public void onGradients(long step, Map<String, TFloat32> gradients) {
    histograms("gradients/", step, gradients);
  }

  @Override
  public void onVariables(long step, Map<String, TFloat32> variables) {
    histograms("variables/", step, variables);
  }

  private void scalars(String part, long step, Map<String, Double> values) {
    write(
        part,
        writer -> {
          for (Map.Entry<String, Double> value : values.entrySet()) {
            writer.scalar(value.getKey(), step, value.getValue());
          }
        });
  }

  private void histograms(String prefix, long step, Map<String, TFloat32> tensors) {
    write(
        TRAIN,
        writer -> {
          for (Map.Entry<String, TFloat32> tensor : tensors.entrySet()) {
            writer.histogram(prefix + tensor.getKey(), step, tensor.getValue());
          }
        });
  }

  /** Writes texts, unchanged, that the model generated after a step. */
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
