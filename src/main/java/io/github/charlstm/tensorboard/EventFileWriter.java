package io.github.charlstm.tensorboard;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.SummaryMetadata;
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
  private final Operand<TString> folder;
  private final Operand<TInt64> step;
  private final Operand<TString> tag;
  private final Operand<TFloat32> numbers;
  private final Operand<TString> texts;
  private final Operand<TString> metadata;
  private final Op create;
  private final Op scalar;
  private final Op histogram;
  private final Op text;
  private final Op graphDefinition;
  private final Op event;
  private final Op flush;
  private final Op close;

  private EventFileWriter() {
    Ops tf = Ops.create(graph);
    Operand<? extends TType> writer = tf.summary.summaryWriter(new SummaryWriter.Options[0]);
    folder = placeholder(tf, TString.class, Shape.scalar());
    step = placeholder(tf, TInt64.class, Shape.scalar());
    tag = placeholder(tf, TString.class, Shape.scalar());
    numbers = placeholder(tf, TFloat32.class, Shape.unknown());
    texts = placeholder(tf, TString.class, Shape.unknown());
    metadata = placeholder(tf, TString.class, Shape.scalar());
    create =
        tf.summary.createSummaryFileWriter(
            writer,
            folder,
            tf.constant(QUEUE),
            tf.constant(FLUSH_MILLISECONDS),
            tf.constant("")); // suffix of the file's name
    scalar = tf.summary.writeScalarSummary(writer, step, tag, numbers);
    histogram = tf.summary.writeHistogramSummary(writer, step, tag, numbers);
    text = tf.summary.writeSummary(writer, step, texts, tag, metadata);
    graphDefinition = tf.summary.writeGraphSummary(writer, step, texts);
    event = tf.summary.importEvent(writer, texts);
    flush = tf.summary.flushSummaryWriter(writer);
    close = tf.summary.closeSummaryWriter(writer);
    session = new Session(graph);
  }

  /**
   * Creates an event file. Waits up to a second so that its name sorts after those in the folder.
   *
   * @param folder created if it does not exist
   * @return a writer to the new file
   * @throws IOException if the folder or the file cannot be created
   */
  public static EventFileWriter open(Path folder) throws IOException {
    waitForLaterName(folder);
    EventFileWriter writer = new EventFileWriter();
    try {
      writer.run(writer.create, Map.of(writer.folder, TString.scalarOf(folder.toString())));
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
   *
   * @param firstStep the next training step
   * @throws IOException if the file cannot be written
   */
  public void start(long firstStep) throws IOException {
    Event start =
        Event.newBuilder()
            .setWallTime(System.currentTimeMillis() / 1e3)
            .setStep(firstStep)
            .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START))
            .build();
    run(event, Map.of(texts, bytes(start.toByteArray())));
  }

  /**
   * Writes a graph (Python: {@code add_graph}).
   *
   * @param definition the graph with its functions
   * @throws IOException if the file cannot be written
   */
  public void graph(GraphDef definition) throws IOException {
    run(graphDefinition, Map.of(step, TInt64.scalarOf(0), texts, bytes(definition.toByteArray())));
  }

  /**
   * Writes a number (Python: {@code tf.summary.scalar}).
   *
   * @param tag its name; TensorBoard groups tags by the part before the first slash
   * @param atStep the training step
   * @param value stored as a float
   * @throws IOException if the file cannot be written
   */
  public void scalar(String tag, long atStep, double value) throws IOException {
    TFloat32 number = TFloat32.scalarOf((float) value);
    run(
        scalar,
        Map.of(this.tag, TString.scalarOf(tag), step, TInt64.scalarOf(atStep), numbers, number));
  }

  /**
   * Writes a histogram of a tensor's values (Python: {@code tf.summary.histogram}).
   *
   * @param tag its name
   * @param atStep the training step
   * @param values any shape; not closed
   * @throws IOException if the file cannot be written, or a value is infinite or NaN
   */
  public void histogram(String tag, long atStep, TFloat32 values) throws IOException {
    try (Tensor named = TString.scalarOf(tag);
        Tensor at = TInt64.scalarOf(atStep)) {
      runFed(histogram, Map.of(this.tag, named, step, at, numbers, values));
    }
  }

  /**
   * Writes texts (Python: {@code tf.summary.text}). TensorBoard renders Markdown, so each line is
   * indented by four spaces: a code block, which keeps line breaks and markup as they are.
   *
   * @param tag their name
   * @param atStep the training step
   * @param all shown as the rows of a table, if there are several
   * @throws IOException if the file cannot be written
   */
  public void text(String tag, long atStep, List<String> all) throws IOException {
    List<String> blocks = all.stream().map(EventFileWriter::asBlock).toList();
    SummaryMetadata plugin =
        SummaryMetadata.newBuilder()
            .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text"))
            .build();
    TString rows =
        blocks.size() == 1
            ? TString.scalarOf(blocks.get(0))
            : TString.vectorOf(blocks.toArray(String[]::new));
    run(
        text,
        Map.of(
            this.tag,
            TString.scalarOf(tag),
            step,
            TInt64.scalarOf(atStep),
            metadata,
            bytes(plugin.toByteArray()),
            texts,
            rows));
  }

  /**
   * Writes all queued events to the file.
   *
   * @throws IOException if the file cannot be written
   */
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

  private static String asBlock(String text) {
    return "    " + text.replace("\n", "\n    ");
  }

  private static <T extends TType> Operand<T> placeholder(Ops tf, Class<T> type, Shape shape) {
    return tf.placeholder(type, Placeholder.shape(shape));
  }

  private static TString bytes(byte[] value) {
    return TString.tensorOfBytes(NdArrays.scalarOfObject(value));
  }

  // closes the fed tensors
  private void run(Op operation, Map<Operand<?>, Tensor> fed) throws IOException {
    try {
      runFed(operation, fed);
    } finally {
      fed.values().forEach(Tensor::close);
    }
  }

  private void runFed(Op operation, Map<Operand<?>, Tensor> fed) throws IOException {
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

  // The order of the files is that of their names, which hold the second of their creation; host
  // and
  // process follow it in no order. So wait until the second of the newest file is over. A file that
  // is further in the future comes from another clock: do not wait for it.
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
