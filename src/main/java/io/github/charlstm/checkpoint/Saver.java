package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
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
 */
public final class Saver {
  /** The default of {@code max_to_keep}. */
  public static final int DEFAULT_MAX_TO_KEEP = 5;

  private final String scope;
  private final SortedMap<String, TensorInfo> variables;
  private final int maxToKeep;
  private final List<Path> saved = new ArrayList<>(); // that the state file names

  private Saver(String scope, SortedMap<String, TensorInfo> variables, int maxToKeep) {
    this.scope = scope;
    this.variables = variables;
    this.maxToKeep = maxToKeep;
  }

  /**
   * Adds the Saver's ops to the graph. As in TensorFlow 1, the variables are saved in the order of
   * their names, and the ops of a second Saver of a graph are under {@code save_1/}.
   *
   * @param variables the name in the checkpoint (Python: the variable's {@code op.name}) to the
   *     output of its VariableV2 op; at least one
   * @param maxToKeep how many checkpoints the training loop keeps, 0 for all: stored in {@link
   *     #saverDef()}, and the most that the state file names. {@link CheckpointSeries} deletes
   *     older checkpoints; this class deletes none
   * @throws IllegalArgumentException if there is no variable, one is there under two names, or one
   *     is not a reference variable of known shape
   */
  public static Saver create(Ops tf, Map<String, ? extends Operand<?>> variables, int maxToKeep) {
    if (!(tf.scope().env() instanceof Graph graph)) {
      throw new IllegalArgumentException("a Saver needs Ops of a graph, found eager ones");
    }
    if (variables.isEmpty()) {
      throw new IllegalArgumentException("a Saver needs at least one variable, found none");
    }
    if (maxToKeep < 0) {
      throw new IllegalArgumentException("maxToKeep: expected 0 or more, found " + maxToKeep);
    }
    SortedMap<String, Operand<?>> sorted = new TreeMap<>(variables);
    SortedMap<String, TensorInfo> infos = new TreeMap<>();
    Map<String, String> names = new HashMap<>(); // by variable
    sorted.forEach(
        (name, variable) -> {
          infos.put(name, infoOf(name, variable));
          String first = names.putIfAbsent(variable.op().name(), name);
          if (first != null) {
            throw new IllegalArgumentException(
                "a Saver takes a variable under one name, found %s as %s and as %s"
                    .formatted(variable.op().name(), first, name));
          }
        });
    return new Saver(SaverOps.add(graph, sorted), infos, maxToKeep);
  }

  private static TensorInfo infoOf(String name, Operand<?> variable) {
    String type = variable.op().type();
    if (!type.equals("VariableV2") && !type.equals("Variable")) {
      throw new IllegalArgumentException(
          "a Saver saves outputs of VariableV2 ops, found " + type + " under the name " + name);
    }
    return new TensorInfo(name, SaverOps.baseType(variable), variable.shape());
  }

  /** {@return the variables it saves, by name; unmodifiable} */
  public SortedMap<String, TensorInfo> variables() {
    return Collections.unmodifiableSortedMap(variables);
  }

  /** {@return the Saver's entry in a MetaGraphDef (Python: {@code saver.as_saver_def()})} */
  public SaverDef saverDef() {
    return SaverDef.newBuilder()
        .setFilenameTensorName(scope + "/Const:0")
        .setSaveTensorName(scope + "/control_dependency:0")
        .setRestoreOpName(scope + "/restore_all")
        .setMaxToKeep(maxToKeep)
        .setKeepCheckpointEveryNHours(10000f)
        .setVersion(SaverDef.CheckpointFormatVersion.V2)
        .build();
  }

  /** {@link #save(Session, Path, boolean)} with a state file. */
  public void save(Session session, Path prefix) throws IOException {
    save(session, prefix, true);
  }

  /**
   * Writes {@code prefix.index} and {@code prefix.data-00000-of-00001} for a prefix such as {@code
   * run/model.ckpt-100}; a missing folder is created. Not crash-safe by itself: see {@link
   * AtomicDirectory}.
   *
   * @param writeState whether the folder's file {@code checkpoint} is replaced by one that names
   *     this checkpoint as the newest, and those that this Saver wrote before to the same folder,
   *     at most {@code maxToKeep} in all (Python: {@code write_state}, with {@code
   *     save_relative_paths=True})
   * @throws IllegalArgumentException if the checkpoint has the name of the state file
   */
  public void save(Session session, Path prefix, boolean writeState) throws IOException {
    Path name = CheckpointFiles.sibling(prefix, "").getFileName();
    if (writeState && name.toString().equals(CheckpointState.FILE_NAME)) {
      throw new IllegalArgumentException(
          "a checkpoint needs another name than the state file's, found " + prefix);
    }
    write(session, prefix);
    if (!writeState) {
      return;
    }
    Path whole = prefix.toAbsolutePath().normalize();
    saved.remove(whole);
    saved.add(whole);
    if (saved.size() > Math.max(1, maxToKeep)) {
      saved.remove(0);
    }
    Path folder = whole.getParent();
    List<String> names =
        saved.stream()
            .filter(path -> path.getParent().equals(folder))
            .map(path -> path.getFileName().toString())
            .toList();
    new CheckpointState(name.toString(), names).write(folder);
  }

  private void write(Session session, Path prefix) throws IOException {
    writing(
        prefix,
        path -> {
          try (TString file = TString.scalarOf(path)) {
            String target = scope + "/control_dependency";
            session.runner().feed(scope + "/Const", file).addTarget(target).run().close();
          }
        });
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
    SortedMap<String, String> same = new TreeMap<>();
    variables.keySet().forEach(name -> same.put(name, name));
    return restore(session, CheckpointReader.open(prefix), same, allowUnused);
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
    unknown.removeAll(variables.keySet());
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
    Set<String> unused = new TreeSet<>(reader.tensors().keySet());
    unused.removeAll(names.values());
    requireFit(reader, names, allowUnused ? Set.of() : unused);
    reader.verifyAll();
    assign(session, reader, names);
    return unused;
  }

  private void requireFit(
      CheckpointReader reader, SortedMap<String, String> names, Set<String> unused) {
    List<String> missing = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    names.forEach(
        (name, stored) -> {
          String expected = variables.get(name).typeAndShape();
          TensorInfo found = reader.tensors().get(stored);
          String label = name.equals(stored) ? name : name + " (in the file: " + stored + ")";
          if (found == null) {
            missing.add(label);
          } else if (!found.typeAndShape().equals(expected)) {
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

  // The outputs of RestoreV2 are fed, so the values that were checked are those that are assigned,
  // in either format and under any name. TensorFlow does not run an op whose outputs are all fed.
  private void assign(Session session, CheckpointReader reader, SortedMap<String, String> names) {
    List<String> order = List.copyOf(variables.keySet());
    List<Tensor> values = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      names.forEach(
          (name, stored) -> {
            int i = order.indexOf(name);
            Tensor value = reader.readTensor(stored);
            values.add(value);
            runner.feed(scope + "/RestoreV2", i, value);
            runner.addTarget(scope + "/" + SaverOps.assignName(i));
          });
      if (!values.isEmpty()) {
        runner.run().close();
      }
    } catch (TensorFlowException e) {
      throw new CheckpointException(
          "checkpoint " + reader.prefix() + " cannot be restored: " + firstLine(e), e);
    } finally {
      values.forEach(Tensor::close);
    }
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
}
