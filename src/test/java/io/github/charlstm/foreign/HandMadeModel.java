package io.github.charlstm.foreign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Writes small SavedModels without variables, for cases that no fixture has. */
final class HandMadeModel {
  static final int SYMBOLS = 3;

  private HandMadeModel() {}

  /** The layers of a test: from one-hot symbols {@code [N, T, V]} to predictions. */
  interface Layers extends Function<Operand<TFloat32>, Operand<TFloat32>> {}

  /** A SavedModel whose signature takes {@code inputs} and gives {@code predictions}. */
  static Path write(Path folder, Shape inputs, Function<Ops, Layers> layers) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TInt32> symbols =
          tf.withName("inputs").placeholder(TInt32.class, Placeholder.shape(inputs));
      Operand<TFloat32> hot =
          tf.oneHot(symbols, tf.constant(SYMBOLS), tf.constant(1f), tf.constant(0f));
      Operand<TFloat32> predictions = layers.apply(tf).apply(hot);
      return write(
          folder, graph.toGraphDef(), Map.of("predictions", predictions.op().name() + ":0"));
    }
  }

  static Path write(Path folder, GraphDef graph, Map<String, String> outputs) {
    SignatureDef.Builder signature =
        SignatureDef.newBuilder()
            .putInputs("inputs", TensorInfo.newBuilder().setName("inputs:0").build());
    outputs.forEach(
        (key, name) -> signature.putOutputs(key, TensorInfo.newBuilder().setName(name).build()));
    MetaGraphDef.Builder definition = MetaGraphDef.newBuilder().setGraphDef(graph);
    definition.getMetaInfoDefBuilder().addTags("serve").setTensorflowVersion("hand-made");
    definition.putSignatureDef("serving_default", signature.build());
    return write(folder, definition.build());
  }

  static Path write(Path folder, MetaGraphDef definition) {
    try {
      Files.createDirectories(folder);
      Files.write(
          folder.resolve("saved_model.pb"),
          SavedModel.newBuilder().addMetaGraphs(definition).build().toByteArray());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
