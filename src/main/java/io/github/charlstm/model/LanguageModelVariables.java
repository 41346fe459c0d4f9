package io.github.charlstm.model;

import io.github.charlstm.checkpoint.SavedModelWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;

/**
 * The part of a {@link LanguageModelSession} that is about its variables: where their values come
 * from and which files they go to.
 */
abstract class LanguageModelVariables {
  final LanguageModel model;
  final GraphSession values;

  /**
   * @param graph empty; closed with {@link #values}
   */
  LanguageModelVariables(Graph graph, Function<Ops, LanguageModel> builder, ConfigProto options) {
    try {
      model = builder.apply(Ops.create(graph));
      values = new GraphSession(graph, model.variables(), options);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** Gives every variable its initial value. */
  public void initialize() {
    values.initialize();
  }

  /**
   * Gives every variable its value in a checkpoint. An inference graph passes over what only
   * training needs (the optimizer's slots); a training graph must use every tensor.
   *
   * @param prefix of the checkpoint's files
   */
  public void restore(Path prefix) {
    values.restore(prefix, !model.hasTraining());
  }

  /** {@return whether every variable that is trained is free of NaN and infinities} */
  public boolean isFinite() {
    return values.isTrue(model.training().allFinite());
  }

  /** {@return the graph as it stands in a SavedModel, with a signature for its kind} */
  public MetaGraphDef metaGraph() {
    return model.hasTraining()
        ? values.metaGraph(LanguageModelSession.TRAINING_TAG, ModelSignatures.training(model))
        : values.metaGraph(LanguageModelSession.SERVING_TAG, ModelSignatures.serving(model));
  }

  /**
   * Writes a SavedModel whose variables are this session's.
   *
   * @param writer of the graphs
   * @param folder made if missing
   * @throws IOException if the disk refuses
   */
  public void write(SavedModelWriter writer, Path folder) throws IOException {
    writer.write(folder, values.session(), values.saver());
  }

  /**
   * Gives another session's variables the values that those of the same names have here.
   *
   * @param other of a graph whose variables this one has too
   */
  public void copyVariables(LanguageModelSession other) {
    values.copyVariables(other.values);
  }

  /**
   * Writes the variables as a checkpoint: {@code prefix.index} and its data (Python: {@code
   * Saver.save}).
   *
   * @param prefix such as {@code run/model.ckpt-100}
   * @throws IOException if the disk refuses
   */
  public void saveCheckpoint(Path prefix) throws IOException {
    values.saver().save(values.session(), prefix);
  }
}
