package io.github.charlstm.tensorboard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * Writes one event file of TensorBoard's (Python: {@code tf.summary.FileWriter}).
 *
 * <p>Each opening makes a new file {@code events.out.tfevents.<seconds>.<host>.<process>.<n>.} in
 * the folder, as in Python; TensorBoard reads the files of a folder as one run, in the order of
 * their names. What is written comes to the disk with {@link #flush}, or by itself after {@value
 * #QUEUE} events. Files are only ever appended to: one that was cut short in its last record is
 * read up to there.
 *
 * <p>Not for use by several threads at once.
 */
public final class EventFileWriter implements AutoCloseable {
  private static final int QUEUE = 1000;
  private static final int FLUSH_MILLISECONDS = 120_000;

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
            tf.constant("")); // the end of the file's name
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
   * Begins a file.
   *
   * @param folder made if need be
   * @return a writer to a new file there
   * @throws IOException if the folder or the file cannot be made
   */
  public static EventFileWriter open(Path folder) throws IOException {
    FileOrder.waitForALaterName(folder);
    EventFileWriter writer = new EventFileWriter();
    try {
      Map<Operand<?>, Tensor> fed = writer.feeds();
      fed.put(writer.folder, TString.scalarOf(folder.toString()));
      writer.run(writer.create, fed);
      writer.flush();
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.abandon();
      throw e;
    }
  }

  /**
   * Says that a process starts, and which step it does first: TensorBoard forgets what earlier
   * files say of this step and those after it (Python: {@code add_session_log} with {@code START}).
   *
   * @param firstStep of those to come
   * @throws IOException if the file cannot be written
   */
  public void start(long firstStep) throws IOException {
    Event start =
        Event.newBuilder()
            .setWallTime(System.currentTimeMillis() / 1e3)
            .setStep(firstStep)
            .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START))
            .build();
    Map<Operand<?>, Tensor> fed = feeds();
    fed.put(texts, bytes(start.toByteArray()));
    run(event, fed);
  }

  /**
   * The graph that is shown (Python: {@code add_graph}).
   *
   * @param definition whole, functions included
   * @throws IOException if the file cannot be written
   */
  public void graph(GraphDef definition) throws IOException {
    Map<Operand<?>, Tensor> fed = feeds();
    fed.put(step, TInt64.scalarOf(0));
    fed.put(texts, bytes(definition.toByteArray()));
    run(graphDefinition, fed);
  }

  /**
   * A number (Python: {@code tf.summary.scalar}).
   *
   * @param tag a name; what stands before its first slash groups it with others
   * @param atStep the step it belongs to
   * @param value kept as a float
   * @throws IOException if the file cannot be written
   */
  public void scalar(String tag, long atStep, double value) throws IOException {
    Map<Operand<?>, Tensor> fed = feeds(tag, atStep);
    fed.put(numbers, TFloat32.scalarOf((float) value));
    run(scalar, fed);
  }

  /**
   * How the values of a tensor spread (Python: {@code tf.summary.histogram}).
   *
   * @param tag a name
   * @param atStep the step they belong to
   * @param values of any shape; stays the caller's
   * @throws IOException if the file cannot be written, or a value is infinite or NaN
   */
  public void histogram(String tag, long atStep, TFloat32 values) throws IOException {
    try (Tensor named = TString.scalarOf(tag);
        Tensor at = TInt64.scalarOf(atStep)) {
      runFed(histogram, Map.of(this.tag, named, step, at, numbers, values));
    }
  }

  /**
   * Texts, shown as they are, each line on its own (Python: {@code tf.summary.text}). TensorBoard
   * takes text for Markdown, so each line gets four spaces in front: a block of code.
   *
   * @param tag a name
   * @param atStep the step they belong to
   * @param all a table with a row each; of a single one, the text alone
   * @throws IOException if the file cannot be written
   */
  public void text(String tag, long atStep, List<String> all) throws IOException {
    List<String> blocks = all.stream().map(EventFileWriter::asBlock).toList();
    SummaryMetadata plugin =
        SummaryMetadata.newBuilder()
            .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text"))
            .build();
    Map<Operand<?>, Tensor> fed = feeds(tag, atStep);
    fed.put(metadata, bytes(plugin.toByteArray()));
    fed.put(
        texts,
        blocks.size() == 1
            ? TString.scalarOf(blocks.get(0))
            : TString.vectorOf(blocks.toArray(String[]::new)));
    run(text, fed);
  }

  /**
   * Brings to the file what was written so far.
   *
   * @throws IOException if the file cannot be written
   */
  public void flush() throws IOException {
    run(flush, feeds());
  }

  /** Brings what is left to the file and gives it up. */
  @Override
  public void close() throws IOException {
    try {
      flush();
      run(close, feeds());
    } finally {
      abandon();
    }
  }

  /** Gives the file up as it is, after a failure. */
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

  private Map<Operand<?>, Tensor> feeds() {
    return new LinkedHashMap<>();
  }

  private Map<Operand<?>, Tensor> feeds(String name, long atStep) {
    Map<Operand<?>, Tensor> fed = feeds();
    fed.put(tag, TString.scalarOf(name));
    fed.put(step, TInt64.scalarOf(atStep));
    return fed;
  }

  // closes what it is fed with
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
      // TensorFlow's message is the reason in a line, then where in the graph and hints
      String message = String.valueOf(e.getMessage());
      throw new IOException(message.lines().findFirst().orElse(message), e);
    }
  }
}
