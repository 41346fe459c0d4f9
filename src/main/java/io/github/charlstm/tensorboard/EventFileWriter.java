package io.github.charlstm.tensorboard;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.summary.SummaryWriter;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Writes an event file for TensorBoard (Python: {@code tf.summary.FileWriter}).
 *
 * <p>{@link #open} creates a new file {@code events.out.tfevents.<seconds>.<host>.<process>.<n>.};
 * TensorBoard reads the files of a folder as one run, in the order of their names. Events reach the
 * disk with {@link #flush}, or after {@value #QUEUE} events. A file whose last record is incomplete
 * is read up to that record.
 *
 * <p>Not thread-safe.
 */
public final class EventFileWriter implements AutoCloseable {
  private static final int QUEUE = 1000;
  private static final int FLUSH_MILLISECONDS = 120_000;
  private static final long LONGEST_WAIT_MILLISECONDS = 2_000;
  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");

  private final Graph graph = new Graph();
  private final Session session;
  private final Operand<TString> event;
  private final Operand<TInt64> step;
  private final Operand<TString> tag;
  private final Operand<TFloat32> values;
  private final Op create;
  private final Op write;
  private final Op histogram;
  private final Op flush;
  private final Op close;

  private EventFileWriter(Path folder) {
    Ops tf = Ops.create(graph);
    Operand<? extends TType> writer = tf.summary.summaryWriter(new SummaryWriter.Options[0]);
    event = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    tag = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    values = tf.placeholder(TFloat32.class);
    create =
        tf.summary.createSummaryFileWriter(
            writer,
            tf.constant(folder.toString()),
            tf.constant(QUEUE),
            tf.constant(FLUSH_MILLISECONDS),
            tf.constant("")); // suffix of the file's name
    write = tf.summary.importEvent(writer, event);
    histogram = tf.summary.writeHistogramSummary(writer, step, tag, values);
    flush = tf.summary.flushSummaryWriter(writer);
    close = tf.summary.closeSummaryWriter(writer);
    session = new Session(graph);
  }

  /** Creates an event file, and its folder. Waits up to a second so that its name sorts last. */
  public static EventFileWriter open(Path folder) throws IOException {
    waitForLaterName(folder);
    EventFileWriter writer = new EventFileWriter(folder);
    try {
      writer.run(writer.create, Map.of());
      writer.flush();
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.abandon();
      throw e;
    }
  }

  /**
   * Writes that a process starts at a step: TensorBoard discards events of earlier files from that
   * step on (Python: {@code add_session_log} with {@code START}).
   */
  public void start(long firstStep) throws IOException {
    write(
        firstStep,
        event ->
            event.setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
  }

  /** Writes a graph with its functions (Python: {@code add_graph}). */
  public void graph(GraphDef definition) throws IOException {
    write(0, event -> event.setGraphDef(definition.toByteString()));
  }

  /**
   * Writes a number as a float (Python: {@code tf.summary.scalar}). TensorBoard groups tags by the
   * part before the first slash.
   */
  public void scalar(String tag, long atStep, double value) throws IOException {
    write(atStep, Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  /**
   * Writes a histogram of a tensor's values, of any shape (Python: {@code tf.summary.histogram}).
   *
   * @throws IOException if the file cannot be written, or a value is infinite or NaN
   */
  public void histogram(String tag, long atStep, TFloat32 values) throws IOException {
    try (Tensor named = TString.scalarOf(tag);
        Tensor at = TInt64.scalarOf(atStep)) {
      run(histogram, Map.of(this.tag, named, step, at, this.values, values));
    }
  }

  /**
   * Writes texts, several as the rows of a table (Python: {@code tf.summary.text}). TensorBoard
   * renders Markdown, so each line is indented by four spaces: a code block, which keeps line
   * breaks and markup as they are.
   */
  public void text(String tag, long atStep, List<String> all) throws IOException {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (all.size() != 1) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(all.size()));
    }
    TensorProto.Builder blocks =
        TensorProto.newBuilder().setDtype(DataType.DT_STRING).setTensorShape(shape);
    all.forEach(
        text ->
            blocks.addStringVal(ByteString.copyFromUtf8("    " + text.replace("\n", "\n    "))));
    SummaryMetadata.PluginData plugin =
        SummaryMetadata.PluginData.newBuilder().setPluginName("text").build();
    write(
        atStep,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setMetadata(SummaryMetadata.newBuilder().setPluginData(plugin))
            .setTensor(blocks));
  }

  /** Writes all queued events to the file. */
  public void flush() throws IOException {
    run(flush, Map.of());
  }

  /** Writes all queued events and closes the file. */
  @Override
  public void close() throws IOException {
    try {
      flush();
      run(close, Map.of());
    } finally {
      abandon();
    }
  }

  /** Releases the session after a failure, without writing queued events. */
  public void abandon() {
    session.close();
    graph.close();
  }

  private void write(long step, Summary.Value.Builder value) throws IOException {
    write(step, event -> event.setSummary(Summary.newBuilder().addValue(value)));
  }

  private void write(long step, UnaryOperator<Event.Builder> content) throws IOException {
    Event.Builder now =
        Event.newBuilder().setWallTime(System.currentTimeMillis() / 1e3).setStep(step);
    byte[] bytes = content.apply(now).build().toByteArray();
    try (TString data = TString.tensorOfBytes(NdArrays.scalarOfObject(bytes))) {
      run(write, Map.of(event, data));
    }
  }

  private void run(Op operation, Map<Operand<?>, Tensor> fed) throws IOException {
    Session.Runner runner = session.runner().addTarget(operation);
    fed.forEach(runner::feed);
    try {
      runner.run().close();
    } catch (RuntimeException e) {
      // The first line of TensorFlow's message is the reason; the graph's nodes and hints follow.
      String message = String.valueOf(e.getMessage());
      throw new IOException(message.lines().findFirst().orElse(message), e);
    }
  }

  // TensorBoard reads files in the order of their names, which begin with the second of creation.
  // Wait until the second of the newest file is over, but not for a file far in the future.
  private static void waitForLaterName(Path folder) throws IOException {
    long wait = newest(folder) * 1000 + 1000 - System.currentTimeMillis();
    if (wait <= 0 || wait > LONGEST_WAIT_MILLISECONDS) {
      return;
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before the event file was created");
    }
  }

  private static long newest(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)))
          .max()
          .orElse(0);
    }
  }
}
