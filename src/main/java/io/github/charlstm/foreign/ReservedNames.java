package io.github.charlstm.foreign;

import com.google.protobuf.ByteString;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * Renames operations whose names start with {@code Init}: TensorFlow-Java treats all of them as
 * initializers, and its sessions do not run other operations before them.
 */
final class ReservedNames {
  private static final String RESERVED = "Init";
  private static final String PREFIX = "foreign_";

  private ReservedNames() {}

  /** The name of an operation or tensor in the renamed graph; {@code ^} may come first. */
  static String rename(String name) {
    if (name.startsWith("^" + RESERVED)) {
      return "^" + PREFIX + name.substring(1);
    }
    return name.startsWith(RESERVED) ? PREFIX + name : name;
  }

  static TensorName rename(TensorName name) {
    return new TensorName(rename(name.operation()), name.output());
  }

  static MetaGraphDef rename(MetaGraphDef definition) {
    if (definition.getGraphDef().getNodeList().stream()
        .noneMatch(node -> node.getName().startsWith(RESERVED))) {
      return definition;
    }
    MetaGraphDef.Builder renamed = definition.toBuilder();
    renamed.setGraphDef(rename(definition.getGraphDef()));
    definition
        .getSignatureDefMap()
        .forEach((key, signature) -> renamed.putSignatureDef(key, rename(signature)));
    definition.getCollectionDefMap().keySet().stream()
        .filter(key -> definition.getCollectionDefOrThrow(key).hasNodeList())
        .forEach(
            key -> {
              var collection = definition.getCollectionDefOrThrow(key).toBuilder();
              var nodes = collection.getNodeListBuilder();
              for (int k = 0; k < nodes.getValueCount(); k++) {
                nodes.setValue(k, rename(nodes.getValue(k)));
              }
              renamed.putCollectionDef(key, collection.build());
            });
    SaverDef.Builder saver = renamed.getSaverDefBuilder();
    saver.setFilenameTensorName(rename(saver.getFilenameTensorName()));
    saver.setSaveTensorName(rename(saver.getSaveTensorName()));
    saver.setRestoreOpName(rename(saver.getRestoreOpName()));
    return renamed.build();
  }

  private static GraphDef rename(GraphDef graph) {
    GraphDef.Builder renamed = graph.toBuilder();
    for (NodeDef.Builder node : renamed.getNodeBuilderList()) {
      node.setName(rename(node.getName()));
      for (int k = 0; k < node.getInputCount(); k++) {
        node.setInput(k, rename(node.getInput(k)));
      }
      if (node.containsAttr("_class")) {
        node.putAttr("_class", renameColocation(node.getAttrOrThrow("_class")));
      }
    }
    return renamed.build();
  }

  private static AttrValue renameColocation(AttrValue value) {
    String prefix = "loc:@";
    AttrValue.Builder renamed = value.toBuilder();
    for (int k = 0; k < renamed.getListBuilder().getSCount(); k++) {
      String place = renamed.getListBuilder().getS(k).toStringUtf8();
      if (place.startsWith(prefix + RESERVED)) {
        String name = prefix + rename(place.substring(prefix.length()));
        renamed.getListBuilder().setS(k, ByteString.copyFromUtf8(name));
      }
    }
    return renamed.build();
  }

  private static SignatureDef rename(SignatureDef signature) {
    SignatureDef.Builder renamed = signature.toBuilder();
    signature.getInputsMap().forEach((key, info) -> renamed.putInputs(key, rename(info)));
    signature.getOutputsMap().forEach((key, info) -> renamed.putOutputs(key, rename(info)));
    return renamed.build();
  }

  private static TensorInfo rename(TensorInfo info) {
    return info.getName().startsWith(RESERVED)
        ? info.toBuilder().setName(rename(info.getName())).build()
        : info;
  }
}
