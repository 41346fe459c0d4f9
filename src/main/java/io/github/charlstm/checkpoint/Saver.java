package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
  /** How many checkpoints Python's Saver keeps if it is not told. */
  public static final int DEFAULT_MAX_TO_KEEP = 5;

  private final String scope;
  private final SortedMap<String, TensorInfo> variables;
  private final int maxToKeep;

  private Saver(String scope, SortedMap<String, TensorInfo> variables, int maxToKeep) {
    this.scope = scope;
    this.variables = variables;
    this.maxToKeep = maxToKeep;
  }

  /**
   * Adds the Saver's ops to the graph. As in TensorFlow 1, the variables are saved in the order of
   * their names, and a second Saver of a graph lives under {@code save_1/}.
   *
   * @param tf builds into a graph
   * @param variables the name in the checkpoint (Python: the variable's {@code op.name}) to the
   *     output of its VariableV2 op; at least one
   * @param maxToKeep how many checkpoints the training loop keeps, 0 for all; written into {@link
   *     #saverDef()}, nothing is deleted here
   * @throws IllegalArgumentException if there is no variable, or one is not a reference variable of
   *     known shape
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
    sorted.forEach((name, variable) -> infos.put(name, infoOf(name, variable)));
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

  /** The variables it saves, by name; unmodifiable. */
  public SortedMap<String, TensorInfo> variables() {
    return Collections.unmodifiableSortedMap(variables);
  }

  /** What a MetaGraphDef says about this Saver (Python: {@code saver.as_saver_def()}). */
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

  /**
   * Writes {@code prefix.index} and {@code prefix.data-00000-of-00001}; a missing folder is made.
   * Not crash-safe by itself: see {@link AtomicDirectory}.
   *
   * @param session of the graph, its variables initialised
   * @param prefix such as {@code run/model.ckpt-100}
   * @throws IOException if the disk refuses
   */
  public void save(Session session, Path prefix) throws IOException {
    writing(prefix, file -> run(session, file, scope + "/control_dependency"));
  }

  /**
   * Sets every variable to the checkpoint's value. Names, types, shapes and all checksums are
   * checked first: if anything is wrong, no variable changes.
   *
   * @param session of the graph
   * @param prefix such as {@code run/model.ckpt-100}
   * @throws CheckpointException if the checkpoint is damaged, lacks a variable, has one of another
   *     type or shape, or has tensors that the graph does not use
   */
  public void restore(Session session, Path prefix) {
    restore(session, prefix, false);
  }

  /**
   * Like {@link #restore}, but tensors that the graph does not use are no error: a sampling graph
   * has no use for the optimizer's slots.
   *
   * @return the names of the tensors that were not used, sorted
   * @throws CheckpointException if the checkpoint is damaged, lacks a variable, or has one of
   *     another type or shape
   */
  public Set<String> restoreAllowingUnused(Session session, Path prefix) {
    return restore(session, prefix, true);
  }

  private Set<String> restore(Session session, Path prefix, boolean allowUnused) {
    CheckpointReader reader = CheckpointReader.open(prefix);
    Set<String> unused = new TreeSet<>(reader.tensors().keySet());
    unused.removeAll(variables.keySet());
    requireFit(reader, allowUnused ? Set.of() : unused);
    reader.verifyAll();
    try {
      run(session, prefix.toString(), scope + "/restore_all");
    } catch (TensorFlowException e) {
      throw new CheckpointException(
          "checkpoint " + prefix + " cannot be restored: " + firstLine(e), e);
    }
    return unused;
  }

  private void requireFit(CheckpointReader reader, Set<String> unused) {
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    variables.forEach(
        (name, wanted) -> {
          TensorInfo found = reader.tensors().get(name);
          if (found == null) {
            missing.add(name);
          } else if (!found.equals(wanted)) {
            different.add(
                String.format(
                    "%s is %s in the graph and %s in the file",
                    name, wanted.typeAndShape(), found.typeAndShape()));
          }
        });
    List<String> problems = new ArrayList<>(different);
    if (!missing.isEmpty()) {
      problems.add("missing in the file: " + String.join(", ", missing));
    }
    if (!unused.isEmpty()) {
      problems.add("in the file but not in the graph: " + String.join(", ", unused));
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          "checkpoint " + reader.prefix() + " does not fit: " + String.join("; ", problems));
    }
  }

  private void run(Session session, String prefix, String target) {
    try (TString file = TString.scalarOf(prefix)) {
      session.runner().feed(scope + "/Const", file).addTarget(target).run().close();
    }
  }

  /** Runs a writing op; what TensorFlow says about the disk becomes an IOException. */
  static void writing(Path prefix, Consumer<String> writer) throws IOException {
    Path folder = BundleIndex.sibling(prefix, ".index").toAbsolutePath().getParent();
    Files.createDirectories(folder);
    try {
      writer.accept(prefix.toString());
    } catch (TensorFlowException e) {
      String reason = firstLine(e);
      if (reason.contains("uninitialized")) {
        throw e; // a mistake of the program, not of the disk
      }
      throw new IOException("cannot write checkpoint " + prefix + ": " + reason, e);
    }
  }

  private static String firstLine(TensorFlowException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given").strip();
  }
}
