package io.github.charlstm.checkpoint;

import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.types.TString;

/**
 * Saves and restores the variables of a graph (Python: {@code tf.train.Saver}).
 *
 * <p>The ops are part of the graph, named as TensorFlow 1 names them ({@code save/Const}, {@code
 * save/control_dependency}, {@code save/restore_all}), so an exported graph can be restored by
 * Python, by the C++ loader of SavedModels and by Java alike.
 *
 * <p>As in TensorFlow 1, {@link #save(Session, Path)} writes the values, the file {@code
 * checkpoint} that names the newest and the last checkpoints, and the graph ({@code .meta}), and
 * deletes the oldest checkpoints beyond {@code max_to_keep}. {@link CheckpointSeries} does the same
 * safe against crashes; {@link #write} writes the values alone.
 *
 * <p>Not for use by several threads at once.
 */
public final class Saver {
  /** The default of {@code max_to_keep}. */
  public static final int DEFAULT_MAX_TO_KEEP = 5;

  private static final int PADDED_STEP = 8;

  private final Graph graph;
  private final Optional<SaverDef> def; // none of an empty Saver
  private final RestoreOps restoreOps;
  private final Builder options;
  private final List<Saved> last = new ArrayList<>();
  private Instant nextToKeep;

  private record Saved(Path path, Instant time) {}

  private Saver(Graph graph, Optional<SaverDef> def, Builder options) {
    this.graph = graph;
    this.def = def;
    this.options = options;
    this.restoreOps =
        def.map(names -> RestoreOps.of(graph, names))
            .orElse(new RestoreOps(Collections.emptySortedMap(), true));
    this.nextToKeep = options.clock.instant().plus(keepEvery());
  }

  /** {@link #builder} with {@code max_to_keep} and paths relative to the checkpoint's folder. */
  public static Saver create(Ops tf, Map<String, ? extends Operand<?>> variables, int maxToKeep) {
    return builder(tf, variables).maxToKeep(maxToKeep).saveRelativePaths(true).build();
  }

  /**
   * A Saver with options; its ops are added to the graph when it is built.
   *
   * @param variables the name in the checkpoint (Python: the variable's {@code op.name}) to the
   *     variable: the output of its VariableV2 or VarHandleOp op
   */
  public static Builder builder(Ops tf, Map<String, ? extends Operand<?>> variables) {
    return new Builder(tf, variables);
  }

  /**
   * A Saver of all variables that a store has when it is built (Python: {@code tf.train.Saver()}).
   * Its meta graphs have the store's collections.
   */
  public static Builder builder(VariableStore store) {
    Builder options = new Builder(store.rootScope().builder(), Map.of());
    options.store = Optional.of(store);
    return options;
  }

  /**
   * The Saver whose ops a graph has already (Python: {@code tf.train.Saver(saver_def=...)}), as
   * after {@link Graph#importGraphDef} of a graph with a Saver. It knows of no earlier checkpoints.
   *
   * @param def its names; of a graph imported under a prefix, with the prefix
   * @throws IllegalArgumentException if the graph does not have these ops
   */
  public static Saver of(Graph graph, SaverDef def) {
    for (String name :
        List.of(def.getFilenameTensorName(), def.getSaveTensorName(), def.getRestoreOpName())) {
      if (name.isEmpty() || graph.operation(operationOf(name)) == null) {
        throw new IllegalArgumentException(
            "saver_def: expected the names of a Saver's ops in the graph, found \"%s\""
                .formatted(name));
      }
    }
    Builder options = new Builder(Ops.create(graph), Map.of());
    options
        .maxToKeep(def.getMaxToKeep())
        .sharded(def.getSharded())
        .keepCheckpointEveryNHours(def.getKeepCheckpointEveryNHours())
        .writeVersion(
            def.getVersion() == SaverDef.CheckpointFormatVersion.V1
                ? SaverDef.CheckpointFormatVersion.V1
                : SaverDef.CheckpointFormatVersion.V2);
    return new Saver(graph, Optional.of(def), options);
  }

  /** The operation of a tensor {@code save/Const:0}. */
  private static String operationOf(String tensor) {
    return tensor.replaceAll(":\\d+$", "");
  }

  /**
   * {@return the variables it saves, by name; unmodifiable. Of a Saver of an imported graph those
   * that are saved whole}
   */
  public SortedMap<String, TensorInfo> variables() {
    SortedMap<String, TensorInfo> infos = new TreeMap<>();
    restoreOps.tensors().forEach((name, restored) -> infos.put(name, restored.info()));
    return Collections.unmodifiableSortedMap(infos);
  }

  /**
   * {@return the Saver's entry in a MetaGraphDef (Python: {@code saver.as_saver_def()})}
   *
   * @throws IllegalStateException if the Saver is empty
   */
  public SaverDef saverDef() {
    return def.orElseThrow(() -> new IllegalStateException("an empty Saver has no saver_def"));
  }

  /**
   * {@return the checkpoints that it wrote and has not deleted, oldest first; at most {@code
   * max_to_keep}, none if that is 0 (Python: {@code last_checkpoints})}
   */
  public List<Path> lastCheckpoints() {
    return last.stream().map(Saved::path).toList();
  }

  /**
   * Makes it go on with checkpoints that another Saver wrote, such as that of a process that ended
   * (Python: {@code recover_last_checkpoints}): those that exist become the last ones, of the age
   * of their files.
   *
   * @param checkpoints oldest first, as {@link CheckpointState#checkpoints} has them
   */
  public void recoverLastCheckpoints(List<Path> checkpoints) {
    last.clear();
    for (Path checkpoint : checkpoints) {
      CheckpointManagement.modified(checkpoint)
          .ifPresent(time -> last.add(new Saved(checkpoint, time)));
    }
  }

  /**
   * Makes these the last checkpoints, whether they exist or not (Python: {@code
   * set_last_checkpoints}). As in TF1, without a time they are not deleted.
   */
  public void setLastCheckpoints(List<Path> checkpoints) {
    last.clear();
    checkpoints.forEach(checkpoint -> last.add(new Saved(checkpoint, Instant.MAX)));
  }

  /** {@link #save(Session, Path, SaveOptions)} with the defaults. */
  public Path save(Session session, Path savePath) throws IOException {
    return save(session, savePath, SaveOptions.builder().build());
  }

  /** {@link #save(Session, Path, SaveOptions)} of a step, which is appended to the path. */
  public Path save(Session session, Path savePath, long globalStep) throws IOException {
    return save(session, savePath, SaveOptions.builder().globalStep(globalStep).build());
  }

  /**
   * Writes {@code run/model.ckpt.index} and {@code run/model.ckpt.data-00000-of-00001} for a path
   * such as {@code run/model.ckpt} (with a step, {@code run/model.ckpt-100.index}), the graph, and
   * the state file; then deletes the oldest checkpoint beyond {@code max_to_keep}. A missing folder
   * is created.
   *
   * @return what {@link #restore} takes: the path, with the step; of shards of format V1 the
   *     pattern {@code model.ckpt-?????-of-00002}. Null of an empty Saver (Python: {@code None}),
   *     which writes the graph alone
   * @throws IllegalArgumentException if the checkpoint has the name of the state file
   */
  public Path save(Session session, Path savePath, SaveOptions save) throws IOException {
    Path name = CheckpointFiles.sibling(savePath, "").getFileName();
    if (save.globalStep.isEmpty()
        && !options.sharded
        && name.toString().equals(save.latestFilename)) {
      throw new IllegalArgumentException(
          "a checkpoint needs another name than the state file's, found " + savePath);
    }
    Path prefix = CheckpointFiles.sibling(savePath, step(save));
    Path written = def.isEmpty() ? null : write(session, prefix);
    if (written != null && save.writeState) {
      Optional<Saved> surplus = remember(written);
      Path folder = prefix.resolveSibling("");
      CheckpointState.of(folder, written, lastCheckpoints(), options.saveRelativePaths)
          .write(folder, save.latestFilename);
      if (surplus.isPresent()) {
        deleteOrKeep(surplus.get(), save.metaGraphSuffix);
      }
    }
    if (save.writeMetaGraph) {
      MetaGraph.Builder metaGraph = metaGraph().stripDefaultAttrs(save.stripDefaultAttrs);
      metaGraph.write(CheckpointFiles.sibling(prefix, "." + save.metaGraphSuffix), false);
    }
    return written;
  }

  private String step(SaveOptions save) {
    if (save.globalStep.isEmpty()) {
      return "";
    }
    String format = options.padStepNumber ? "-%0" + PADDED_STEP + "d" : "-%d";
    return String.format(Locale.ROOT, format, save.globalStep.getAsLong());
  }

  /** Adds to the last checkpoints; returns the one that is too many. */
  private Optional<Saved> remember(Path written) {
    int maxToKeep = saverDef().getMaxToKeep();
    if (maxToKeep == 0) {
      return Optional.empty();
    }
    last.removeIf(saved -> saved.path().equals(written));
    last.add(new Saved(written, options.clock.instant()));
    return last.size() > maxToKeep ? Optional.of(last.remove(0)) : Optional.empty();
  }

  private void deleteOrKeep(Saved surplus, String metaGraphSuffix) throws IOException {
    if (surplus.time().isAfter(nextToKeep)) {
      nextToKeep = nextToKeep.plus(keepEvery());
    } else {
      CheckpointManagement.remove(surplus.path(), metaGraphSuffix);
    }
  }

  private Duration keepEvery() {
    // a thousand years at most: enough for "never", and no overflow when added to a time
    double hours = Math.min(options.keepHours, Duration.ofDays(365_250).toHours());
    return Duration.ofMillis(Math.round(hours * Duration.ofHours(1).toMillis()));
  }

  /**
   * The graph with this Saver's names, to write or to change before (Python: {@code
   * saver.export_meta_graph}).
   */
  public MetaGraph.Builder metaGraph() {
    MetaGraph.Builder metaGraph = MetaGraph.of(graph);
    options.store.ifPresent(metaGraph::store);
    def.ifPresent(metaGraph::saverDef);
    return metaGraph;
  }

  /**
   * Writes the values alone, without a graph and a state file. Not crash-safe by itself: see {@link
   * AtomicDirectory}.
   *
   * @param prefix of the files, such as {@code run/model.ckpt-100}; a missing folder is created
   * @return what {@link #restore} takes, as {@link #save(Session, Path, SaveOptions)} says
   * @throws IllegalStateException if the Saver is empty
   */
  public Path write(Session session, Path prefix) throws IOException {
    SaverDef names = saverDef();
    String[] result = new String[1];
    writing(
        prefix,
        path -> {
          try (TString file = TString.scalarOf(path);
              Result fetched =
                  session
                      .runner()
                      .feed(names.getFilenameTensorName(), file)
                      .fetch(names.getSaveTensorName())
                      .run()) {
            result[0] = ((TString) fetched.get(0)).getObject();
          }
        });
    return result[0].equals(prefix.toString()) ? prefix : Path.of(result[0]);
  }

  /**
   * Sets every variable to the checkpoint's value. Names, types, shapes and all checksums are
   * checked first: if anything is wrong, no variable changes. As in TF1 the checkpoint may have
   * tensors that this Saver does not, such as an optimizer's slots.
   *
   * @throws CheckpointException if the checkpoint is damaged, lacks a variable, or has one of
   *     another type or shape
   */
  public void restore(Session session, Path prefix) {
    restore(session, prefix, true);
  }

  /**
   * As {@link #restore(Session, Path)}, of a checkpoint that must have no other tensors: to go on
   * with a training whose graph is the same.
   *
   * @throws CheckpointException as {@code restore}, and if the checkpoint has tensors that the
   *     graph does not use
   */
  public void restoreExactly(Session session, Path prefix) {
    restore(session, prefix, false);
  }

  /** As {@link #restore(Session, Path)}; returns the sorted names of the unused tensors. */
  public Set<String> restoreAllowingUnused(Session session, Path prefix) {
    return restore(session, prefix, true);
  }

  private Set<String> restore(Session session, Path prefix, boolean allowUnused) {
    if (def.isEmpty()) {
      return Set.of();
    }
    SortedMap<String, String> same = new TreeMap<>();
    restoreOps.tensors().keySet().forEach(name -> same.put(name, name));
    CheckpointReader reader = CheckpointReader.open(prefix);
    if (restoreOps.isWhole()) {
      return restore(session, reader, same, allowUnused);
    }
    Set<String> unused = check(reader, same, true);
    run(session, reader);
    return unused;
  }

  /**
   * Sets variables to the values of tensors that may have other names. Names, types, shapes and all
   * checksums are checked first: if anything is wrong, no variable changes.
   *
   * @param reader of the checkpoint, of either format
   * @param names a variable's name, as in {@link #variables()}, to the name of its tensor in the
   *     file; variables without an entry keep their values
   * @return the names of the file's tensors that were not used, sorted
   * @throws IllegalArgumentException if the map names a variable that this Saver does not have
   * @throws CheckpointException if the checkpoint is damaged, lacks a tensor, or has one of another
   *     type or shape
   */
  public Set<String> restore(Session session, CheckpointReader reader, Map<String, String> names) {
    Set<String> unknown = new TreeSet<>(names.keySet());
    unknown.removeAll(restoreOps.tensors().keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "names: expected variables of this Saver, found " + String.join(", ", unknown));
    }
    return restore(session, reader, new TreeMap<>(names), true);
  }

  /** Checks everything, then assigns all variables in one step; returns the unused tensors. */
  private Set<String> restore(
      Session session,
      CheckpointReader reader,
      SortedMap<String, String> names,
      boolean allowUnused) {
    Set<String> unused = check(reader, names, allowUnused);
    assign(session, reader, names);
    return unused;
  }

  private Set<String> check(
      CheckpointReader reader, SortedMap<String, String> names, boolean allowUnused) {
    Set<String> unused = new TreeSet<>(reader.tensors().keySet());
    unused.removeAll(names.values());
    requireFit(reader, names, allowUnused ? Set.of() : unused);
    reader.verifyAll();
    return unused;
  }

  private void requireFit(
      CheckpointReader reader, SortedMap<String, String> names, Set<String> unused) {
    List<String> missing = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    names.forEach(
        (name, stored) -> {
          RestoreOps.Restored restored = restoreOps.tensors().get(name);
          String expected = restored.info().typeAndShape();
          TensorInfo found = reader.tensors().get(stored);
          String label = name.equals(stored) ? name : name + " (in the file: " + stored + ")";
          if (found == null) {
            missing.add(label);
          } else if (!fits(restored, found)) {
            problems.add(
                String.format(
                    "%s is %s in the graph and %s in the file",
                    label, expected, found.typeAndShape()));
          }
        });
    if (!missing.isEmpty()) {
      problems.add("missing in the file: " + String.join(", ", missing));
    }
    if (!unused.isEmpty()) {
      problems.add("in the file but not in the graph: " + String.join(", ", unused));
    }
    if (!problems.isEmpty()) {
      throw CheckpointException.of(
          "checkpoint %s does not fit: %s", reader.prefix(), String.join("; ", problems));
    }
  }

  private static boolean fits(RestoreOps.Restored restored, TensorInfo found) {
    TensorInfo info = restored.info();
    boolean sameShape =
        restored.reshape()
            ? found.shape().size() == info.shape().size()
            : found.shape().equals(info.shape());
    return sameShape && found.dtype() == info.dtype();
  }

  // The outputs of RestoreV2 are fed, so the values that were checked are those that are assigned,
  // in either format and under any name. TensorFlow does not run an op whose outputs are all fed.
  private void assign(Session session, CheckpointReader reader, SortedMap<String, String> names) {
    List<Tensor> values = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      names.forEach(
          (name, stored) -> {
            RestoreOps.Restored restored = restoreOps.tensors().get(name);
            Tensor value = reader.readTensor(stored);
            values.add(value);
            runner.feed(restored.value(), value).addTarget(restored.assign());
          });
      if (!values.isEmpty()) {
        runner.run().close();
      }
    } catch (TensorFlowException e) {
      throw notRestored(reader, e);
    } finally {
      values.forEach(Tensor::close);
    }
  }

  private void run(Session session, CheckpointReader reader) {
    SaverDef names = saverDef();
    try (TString file = TString.scalarOf(reader.prefix().toAbsolutePath().toString())) {
      session
          .runner()
          .feed(names.getFilenameTensorName(), file)
          .addTarget(names.getRestoreOpName())
          .run()
          .close();
    } catch (TensorFlowException e) {
      throw notRestored(reader, e);
    }
  }

  private static CheckpointException notRestored(CheckpointReader reader, TensorFlowException e) {
    return new CheckpointException(
        "checkpoint " + reader.prefix() + " cannot be restored: " + firstLine(e), e);
  }

  /** Runs an op that writes; TensorFlow's errors of the disk become IOExceptions. */
  static void writing(Path prefix, Consumer<String> writer) throws IOException {
    Path folder = CheckpointFiles.sibling(prefix, "").toAbsolutePath().getParent();
    Files.createDirectories(folder);
    try {
      writer.accept(prefix.toString());
    } catch (TensorFlowException e) {
      String reason = firstLine(e);
      if (reason.contains("uninitialized")) {
        throw e; // an error of the program, not of the disk
      }
      // "<a long name>; <the reason>"
      String last = reason.substring(reason.lastIndexOf("; ") + 1).strip();
      throw (IOException) new FileSystemException(prefix.toString(), null, last).initCause(e);
    }
  }

  private static String firstLine(TensorFlowException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given").strip();
  }

  /** Options, with the names and defaults of {@code tf.train.Saver}. */
  public static final class Builder {
    private final Ops tf;
    private final SortedMap<String, Operand<?>> variables;
    boolean reshape;
    boolean sharded;
    int maxToKeep = DEFAULT_MAX_TO_KEEP;
    double keepHours = 10000;
    String name = "save";
    SaverDef.CheckpointFormatVersion writeVersion = SaverDef.CheckpointFormatVersion.V2;
    String filename = "model";
    private boolean allowEmpty;
    private boolean padStepNumber;
    private boolean saveRelativePaths;
    private Optional<VariableStore> store = Optional.empty();
    private Clock clock = Clock.systemUTC();

    private Builder(Ops tf, Map<String, ? extends Operand<?>> variables) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.variables = new TreeMap<>(variables);
    }

    /**
     * Whether a tensor of another shape with as many elements is restored, in row-major order;
     * false by default.
     */
    public Builder reshape(boolean allow) {
      this.reshape = allow;
      return this;
    }

    /** Whether the variables of each device are a file of their own; false by default. */
    public Builder sharded(boolean byDevice) {
      this.sharded = byDevice;
      return this;
    }

    /**
     * How many checkpoints are kept; 5 by default. With 0, none is deleted, and the state file
     * names the newest alone.
     */
    public Builder maxToKeep(int number) {
      if (number < 0) {
        throw new IllegalArgumentException("maxToKeep: expected 0 or more, found " + number);
      }
      this.maxToKeep = number;
      return this;
    }

    /**
     * Keeps one checkpoint of every so many hours for good, besides the newest; 10,000 by default.
     */
    public Builder keepCheckpointEveryNHours(double hours) {
      if (!(hours >= 0)) {
        throw new IllegalArgumentException(
            "keep_checkpoint_every_n_hours must be 0 or more, found " + hours);
      }
      this.keepHours = hours;
      return this;
    }

    /**
     * The scope of the ops; {@code save} by default. If the graph has it, {@code _1} and so on is
     * appended.
     */
    public Builder name(String scope) {
      if (!scope.matches("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*") || scope.endsWith("/")) {
        throw new IllegalArgumentException("name: expected a scope such as save, found " + scope);
      }
      this.name = scope;
      return this;
    }

    /** Whether no variable at all is allowed: the Saver then does nothing; false by default. */
    public Builder allowEmpty(boolean allow) {
      this.allowEmpty = allow;
      return this;
    }

    /** The format that is written, V2 by default; both are restored. */
    public Builder writeVersion(SaverDef.CheckpointFormatVersion version) {
      if (version != SaverDef.CheckpointFormatVersion.V1
          && version != SaverDef.CheckpointFormatVersion.V2) {
        throw new IllegalArgumentException("writeVersion: expected V1 or V2, found " + version);
      }
      this.writeVersion = version;
      return this;
    }

    /** Whether steps in names have eight digits: {@code m-00000100}; false by default. */
    public Builder padStepNumber(boolean pad) {
      this.padStepNumber = pad;
      return this;
    }

    /**
     * Whether the state file has paths relative to its folder, so that Python finds the checkpoints
     * after the folder was moved; false by default. {@link CheckpointState#latestCheckpoint} finds
     * them in both cases.
     */
    public Builder saveRelativePaths(boolean relative) {
      this.saveRelativePaths = relative;
      return this;
    }

    /** The path that the ops use if none is fed; {@code model} by default. */
    public Builder filename(String path) {
      this.filename = Objects.requireNonNull(path, "path");
      return this;
    }

    /** The clock for {@code keep_checkpoint_every_n_hours}; the system's by default. */
    public Builder clock(Clock other) {
      this.clock = Objects.requireNonNull(other, "clock");
      return this;
    }

    /**
     * Adds the Saver's ops to the graph. As in TensorFlow 1, the variables are saved in the order
     * of their names.
     *
     * @throws IllegalArgumentException if there is no variable and that is not allowed, one is
     *     there under two names, or one is not a variable of known shape
     */
    public Saver build() {
      if (!(tf.scope().env() instanceof Graph graph)) {
        throw new IllegalArgumentException("a Saver needs Ops of a graph, found eager ones");
      }
      store.ifPresent(all -> variables.putAll(all.references()));
      if (variables.isEmpty() && !allowEmpty) {
        throw new IllegalArgumentException("a Saver needs at least one variable, found none");
      }
      return new Saver(graph, define(graph), this);
    }

    private Optional<SaverDef> define(Graph graph) {
      Map<String, String> names = new HashMap<>(); // by variable
      variables.forEach(
          (name, variable) -> {
            requireVariable(name, variable);
            String first = names.putIfAbsent(variable.op().name(), name);
            if (first != null) {
              throw new IllegalArgumentException(
                  "a Saver takes a variable under one name, found %s as %s and as %s"
                      .formatted(variable.op().name(), first, name));
            }
          });
      return variables.isEmpty()
          ? Optional.empty()
          : Optional.of(SaverOps.add(graph, this, variables));
    }

    private static void requireVariable(String name, Operand<?> variable) {
      if (!SaverOps.isVariable(variable)) {
        throw new IllegalArgumentException(
            "a Saver saves outputs of VariableV2 or VarHandleOp ops, found %s under the name %s"
                .formatted(variable.op().type(), name));
      }
      // checks name and shape
      new TensorInfo(name, SaverOps.baseType(variable), SaverOps.shape(variable));
    }
  }
}
