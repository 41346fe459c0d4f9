package io.github.charlstm.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.StrictJson;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * What an export gives back of the program that a run was imported from: its names of variables and
 * its pickles. They are in the folder {@code imported} of the run: {@code names.json} maps names
 * here to those of the program.
 *
 * @param folder {@code imported}; need not exist
 * @param names the program's names by the names here; slots go with their variables
 */
record ImportedNames(Path folder, Map<String, String> names) {
  private static final String NAMES = "names.json";

  /** Those of the run that a checkpoint is in; none if the run was not imported. */
  static ImportedNames of(TrainingCheckpoint checkpoint) {
    Path run = checkpoint.folder().toAbsolutePath().normalize().getParent();
    Path folder = run == null ? checkpoint.folder() : run.resolve("imported");
    Path file = folder.resolve(NAMES);
    if (!Files.exists(file)) {
      return new ImportedNames(folder, Map.of());
    }
    try {
      return new ImportedNames(
          folder,
          StrictJson.MAPPER.readValue(
              TextFile.read(file), new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException e) {
      throw new InvalidDataException(file + " is damaged: " + StrictJson.problem(e), e);
    }
  }

  /** Keeps the names of tensors that were imported, by the names here, and copies pickles. */
  static void write(Path run, Map<String, TensorInfo> tensors, List<Path> pickles)
      throws IOException {
    Map<String, String> names = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          // of cells the names of the present version, which the program's build has today
          boolean cell = VariableNaming.read(tensor.name()).isPresent();
          String theirs = cell ? VariableNaming.current(tensor.name()) : tensor.name();
          if (!name.equals(theirs)) {
            names.put(name, theirs);
          }
        });
    if (names.isEmpty() && pickles.isEmpty()) {
      return;
    }
    Path folder = Files.createDirectories(run.resolve("imported"));
    Files.writeString(folder.resolve(NAMES), StrictJson.MAPPER.writeValueAsString(names) + "\n");
    for (Path pickle : pickles) {
      Files.copy(pickle, folder.resolve(pickle.getFileName()));
    }
  }

  /** The program's name of a variable or slot. */
  String original(String name) {
    int slash = name.lastIndexOf('/');
    if (names.containsKey(name) || slash < 0) {
      return names.getOrDefault(name, name);
    }
    String variable = names.get(name.substring(0, slash));
    return variable == null ? name : variable + name.substring(slash);
  }

  /** Writes a checkpoint's tensors by the program's names. */
  void writeTensors(CheckpointReader reader, Path prefix) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      for (TensorInfo tensor : reader.tensors().values()) {
        tensors.put(original(tensor.name()), read(reader, tensor));
      }
      TensorBundle.write(prefix, tensors);
    } finally {
      tensors.values().forEach(Tensor::close);
    }
  }

  private static Tensor read(CheckpointReader reader, TensorInfo tensor) {
    Shape shape = tensor.shape();
    return tensor.dtype() == DataType.DT_INT64
        ? TInt64.tensorOf(shape, DataBuffers.of(reader.readLongs(tensor.name())))
        : TFloat32.tensorOf(shape, DataBuffers.of(reader.readFloats(tensor.name())));
  }

  /** Copies the program's pickles. */
  void copyPickles(Path target) throws IOException {
    for (String pickle : Importer.PICKLES) {
      if (Files.exists(folder.resolve(pickle))) {
        Files.copy(folder.resolve(pickle), target.resolve(pickle));
      }
    }
  }

  /** The graph, whose saver has the program's names. */
  MetaGraphDef rename(MetaGraphDef meta) throws IOException {
    if (names.isEmpty()) {
      return meta;
    }
    MetaGraphDef.Builder renamed = meta.toBuilder();
    for (NodeDef.Builder node : renamed.getGraphDefBuilder().getNodeBuilderList()) {
      if (node.getOp().equals("Const") && node.getName().endsWith("/tensor_names")) {
        TensorProto.Builder value = node.getAttrOrThrow("value").getTensor().toBuilder();
        List<String> strings = strings(value);
        value.clearTensorContent().clearStringVal();
        strings.forEach(name -> value.addStringVal(ByteString.copyFromUtf8(original(name))));
        node.putAttr("value", AttrValue.newBuilder().setTensor(value).build());
      }
    }
    return renamed.build();
  }

  // TensorFlow's C API writes the lengths of all strings, then the strings.
  private static List<String> strings(TensorProto.Builder tensor) throws IOException {
    if (tensor.getTensorContent().isEmpty()) {
      return tensor.getStringValList().stream().map(ByteString::toStringUtf8).toList();
    }
    CodedInputStream content = tensor.getTensorContent().newCodedInput();
    int[] lengths = new int[Math.toIntExact(tensor.getTensorShape().getDim(0).getSize())];
    for (int k = 0; k < lengths.length; k++) {
      lengths[k] = content.readUInt32();
    }
    List<String> strings = new ArrayList<>();
    for (int length : lengths) {
      strings.add(new String(content.readRawBytes(length), StandardCharsets.UTF_8));
    }
    return strings;
  }
}
