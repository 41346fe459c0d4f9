package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Op;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo.Builder;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VariableDef;

/**
 * Writes SavedModels of TensorFlow 1's kind (Python: {@code tf.compat.v1.saved_model.Builder}):
 * {@code saved_model.pb} with one or more graphs, and the variables that they share, once.
 *
 * <p>The constructor serializes the graphs, so each further checkpoint of a run costs only its
 * variables.
 */
public final class SavedModelWriter {
  /** The file with the graphs. */
  public static final String GRAPH_FILE = "saved_model.pb";

  private static final int SCHEMA_VERSION = 1;

  private final byte[] graphs;

  /** A writer of one or more graphs of different tags, see {@link #metaGraph}. */
  public SavedModelWriter(List<MetaGraphDef> metaGraphs) {
    if (metaGraphs.isEmpty()) {
      throw new IllegalArgumentException("a SavedModel needs at least one graph, found none");
    }
    long kinds =
        metaGraphs.stream()
            .map(meta -> Set.copyOf(meta.getMetaInfoDef().getTagsList()))
            .distinct()
            .count();
    if (kinds < metaGraphs.size()) {
      throw new IllegalArgumentException("two graphs of a SavedModel have the same tags");
    }
    this.graphs =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(SCHEMA_VERSION)
            .addAllMetaGraphs(metaGraphs)
            .build()
            .toByteArray();
  }

  /**
   * Makes one graph of a SavedModel.
   *
   * @param saver of a Saver in this graph, {@link Saver#saverDef()}
   * @param tags such as {@code serve}; at least one
   * @param signatures by key, such as {@code serving_default}; see {@link #signature}
   * @param variables the collection {@code variables} (and, for those marked trainable, {@code
   *     trainable_variables}), see {@link #variable}; may be empty: loading and calling signatures
   *     needs neither, but {@code tf.compat.v1.global_variables()} lists only these after loading
   * @throws IllegalArgumentException if there is no tag
   */
  public static MetaGraphDef metaGraph(
      GraphDef graph,
      SaverDef saver,
      Collection<String> tags,
      Map<String, SignatureDef> signatures,
      Collection<VariableDef> variables) {
    if (tags.isEmpty()) {
      throw new IllegalArgumentException("a graph of a SavedModel needs a tag, found none");
    }
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder()
        .addAllTags(tags)
        .setTensorflowVersion(TensorFlow.version())
        .setStrippedDefaultAttrs(false);
    meta.setGraphDef(graph).setSaverDef(saver).putAllSignatureDef(signatures);
    putCollection(meta, "variables", variables);
    putCollection(
        meta, "trainable_variables", variables.stream().filter(VariableDef::getTrainable).toList());
    return meta.build();
  }

  private static void putCollection(
      MetaGraphDef.Builder meta, String name, Collection<VariableDef> variables) {
    if (variables.isEmpty()) {
      return;
    }
    CollectionDef.Builder collection = CollectionDef.newBuilder();
    for (VariableDef variable : variables) {
      collection.getBytesListBuilder().addValue(variable.toByteString());
    }
    meta.putCollectionDef(name, collection.build());
  }

  /**
   * A variable as the names of its ops (Python: {@code variable.to_proto()}).
   *
   * @param variable the VariableV2 or VarHandleOp op's output
   * @param initialValue the value that its initializer assigns
   * @param initializer the Assign op
   * @param snapshot the Identity op that reads it (Python: {@code name/read})
   * @param trainable whether the optimizer updates it
   */
  public static VariableDef variable(
      Operand<?> variable,
      Operand<?> initialValue,
      Op initializer,
      Operand<?> snapshot,
      boolean trainable) {
    return VariableDef.newBuilder()
        .setVariableName(tensorName(variable))
        .setInitialValueName(tensorName(initialValue))
        .setInitializerName(initializer.op().name())
        .setSnapshotName(tensorName(snapshot))
        .setIsResource(SaverOps.isResource(variable))
        .setTrainable(trainable)
        .build();
  }

  /**
   * Names inputs and outputs (Python: {@code build_signature_def}), for a method such as {@code
   * tensorflow/serving/predict}.
   */
  public static SignatureDef signature(
      String methodName,
      Map<String, ? extends Operand<?>> inputs,
      Map<String, ? extends Operand<?>> outputs) {
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName(methodName);
    inputs.forEach((name, operand) -> signature.putInputs(name, tensor(operand).build()));
    outputs.forEach((name, operand) -> signature.putOutputs(name, tensor(operand).build()));
    return signature.build();
  }

  /**
   * Writes {@code saved_model.pb}, {@code variables/variables.index} and its data to a folder,
   * created if missing. Not crash-safe by itself: use it within {@link AtomicDirectory#publish}.
   */
  public void write(Path folder, Session session, Saver saver) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(GRAPH_FILE), graphs);
    saver.write(session, variablesOf(folder));
  }

  /** {@return the prefix of a SavedModel's checkpoint, {@code folder/variables/variables}} */
  public static Path variablesOf(Path folder) {
    return folder.resolve("variables").resolve("variables");
  }

  private static String tensorName(Operand<?> operand) {
    return operand.op().name() + ":" + operand.asOutput().index();
  }

  private static Builder tensor(Operand<?> operand) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (operand.shape().isUnknown()) {
      shape.setUnknownRank(true);
    } else {
      for (long dimension : operand.shape().asArray()) {
        shape.addDimBuilder().setSize(dimension);
      }
    }
    return org.tensorflow.proto.TensorInfo.newBuilder()
        .setName(tensorName(operand))
        .setDtype(SaverOps.baseType(operand))
        .setTensorShape(shape);
  }
}
