package io.github.charlstm.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/**
 * Adds the ops of {@code tf.train.Saver} to a graph, under TensorFlow 1's names.
 *
 * <p>Built op by op, since these names have slashes, which {@code Ops.withName} refuses.
 */
final class SaverOps {
  private static final Pattern DEVICE_PART =
      Pattern.compile("(?:device:)?([A-Za-z_]+):(\\d+|\\*)", Pattern.CASE_INSENSITIVE);

  private final Graph graph;
  private final Saver.Builder options;
  private final String scope;

  private SaverOps(Graph graph, Saver.Builder options) {
    this.graph = graph;
    this.options = options;
    String free = options.name;
    for (int i = 1; graph.operation(free + "/Const") != null; i++) {
      free = options.name + "_" + i;
    }
    this.scope = free;
  }

  /** Adds the ops; their scope is the Saver's name, with {@code _1} and so on if it is taken. */
  static SaverDef add(Graph graph, Saver.Builder options, SortedMap<String, Operand<?>> variables) {
    SaverOps ops = new SaverOps(graph, options);
    Output<?> fileName = ops.fileName();
    Output<?> saved;
    GraphOperation restored;
    if (options.sharded) {
      SortedMap<String, SortedMap<String, Operand<?>>> shards = byDevice(variables);
      saved = ops.v2() ? ops.saveShards(fileName, shards) : ops.saveV1Shards(fileName, shards);
      restored = ops.restoreShards(fileName, shards);
    } else {
      saved = ops.save(fileName, variables, "");
      restored = ops.restore(fileName, variables, "", "restore_all");
    }
    return SaverDef.newBuilder()
        .setFilenameTensorName(fileName.op().name() + ":0")
        .setSaveTensorName(saved.op().name() + ":0")
        .setRestoreOpName(restored.name())
        .setMaxToKeep(options.maxToKeep)
        .setSharded(options.sharded)
        .setKeepCheckpointEveryNHours((float) options.keepHours)
        .setVersion(options.writeVersion)
        .build();
  }

  private boolean v2() {
    return options.writeVersion != SaverDef.CheckpointFormatVersion.V1;
  }

  private Output<?> fileName() {
    Output<?> name;
    try (TString value = TString.scalarOf(options.filename)) {
      name = constant("filename/input", value, "");
    }
    return placeholderWithDefault("Const", placeholderWithDefault("filename", name));
  }

  private static SortedMap<String, SortedMap<String, Operand<?>>> byDevice(
      SortedMap<String, Operand<?>> variables) {
    SortedMap<String, SortedMap<String, Operand<?>>> shards = new TreeMap<>();
    variables.forEach(
        (name, variable) -> {
          String device = canonical(((GraphOperation) variable.op()).device());
          shards.computeIfAbsent(device, key -> new TreeMap<>()).put(name, variable);
        });
    return shards;
  }

  /** {@code /cpu:1} becomes {@code /device:CPU:1}. */
  private static String canonical(String device) {
    StringBuilder canonical = new StringBuilder();
    for (String part : device.split("/")) {
      Matcher processor = DEVICE_PART.matcher(part);
      if (part.matches("(job|replica|task):.*")) {
        canonical.append('/').append(part);
      } else if (processor.matches()) {
        canonical
            .append("/device:")
            .append(processor.group(1).toUpperCase(Locale.ROOT))
            .append(':')
            .append(processor.group(2));
      }
    }
    return canonical.toString();
  }

  /** The first processor of a device's machine: files are read and written there. */
  private static String cpu(String device) {
    return device.replaceAll("/device:.*", "") + "/device:CPU:0";
  }

  private Output<?> saveShards(
      Output<?> fileName, SortedMap<String, SortedMap<String, Operand<?>>> shards) {
    Output<?> parts;
    // another name in each graph: what an ended process left there is not taken for a part
    String folder = "_temp_" + UUID.randomUUID().toString().replace("-", "") + "/part";
    try (TString suffix = TString.scalarOf(folder)) {
      parts =
          op("StringJoin", "StringJoin", "")
              .addInputList(new Output<?>[] {fileName, constant("StringJoin/inputs_1", suffix, "")})
              .setAttr("separator", "")
              .build()
              .output(0);
    }
    Output<?> count = number("num_shards", shards.size(), "");
    List<Output<?>> files = new ArrayList<>();
    List<Operation> saves = new ArrayList<>();
    for (var shard : shards.entrySet()) {
      String device = cpu(shard.getKey());
      Output<?> file = shardedFileName(parts, files.size(), count, device);
      files.add(file);
      saves.add(save(file, shard.getValue(), device).op());
    }
    String last = cpu(shards.lastKey());
    GraphOperationBuilder names =
        op("Pack", "MergeV2Checkpoints/checkpoint_prefixes", last)
            .addInputList(files.toArray(Output<?>[]::new));
    saves.forEach(names::addControlInput);
    GraphOperation merge =
        op("MergeV2Checkpoints", "MergeV2Checkpoints", last)
            .addInput(names.build().output(0))
            .addInput(fileName)
            .setAttr("delete_old_dirs", true)
            .build();
    return op("Identity", free("Identity"), last)
        .addInput(fileName)
        .addControlInput(merge)
        .build()
        .output(0);
  }

  private Output<?> saveV1Shards(
      Output<?> fileName, SortedMap<String, SortedMap<String, Operand<?>>> shards) {
    Output<?> count = number("num_shards", shards.size(), "");
    List<Operation> saves = new ArrayList<>();
    for (var shard : shards.entrySet()) {
      String device = shard.getKey();
      Output<?> file = shardedFileName(fileName, saves.size(), count, device);
      saves.add(save(file, shard.getValue(), device).op());
    }
    GraphOperationBuilder all =
        op("ShardedFilespec", "ShardedFilespec", "").addInput(fileName).addInput(count);
    saves.forEach(all::addControlInput);
    return all.build().output(0);
  }

  private Output<?> shardedFileName(Output<?> base, int shard, Output<?> count, String device) {
    String name = free("ShardedFilename");
    return op("ShardedFilename", name, device)
        .addInput(base)
        .addInput(number(name + "/shard", shard, device))
        .addInput(count)
        .build()
        .output(0);
  }

  /** Writes to one file; returns its name, which waits for it. */
  private Output<?> save(
      Output<?> fileName, SortedMap<String, Operand<?>> variables, String device) {
    Output<?>[] tensors = variables.values().stream().map(this::read).toArray(Output<?>[]::new);
    String name = free(v2() ? "SaveV2" : "save");
    String slices = v2() ? "/shape_and_slices" : "/shapes_and_slices";
    GraphOperation save =
        op(v2() ? "SaveV2" : "SaveSlices", name, device)
            .addInput(fileName)
            .addInput(names(name + "/tensor_names", variables.keySet(), device))
            .addInput(noSlices(name + slices, variables.size(), device))
            .addInputList(tensors)
            .build();
    return op("Identity", free("control_dependency"), device)
        .addInput(fileName)
        .addControlInput(save)
        .setAttr("_class", new String[] {"loc:@" + fileName.op().name()})
        .build()
        .output(0);
  }

  private GraphOperation restoreShards(
      Output<?> fileName, SortedMap<String, SortedMap<String, Operand<?>>> shards) {
    List<GraphOperation> restored = new ArrayList<>();
    shards.forEach(
        (device, variables) ->
            restored.add(restore(fileName, variables, device, free("restore_shard"))));
    GraphOperationBuilder all = op("NoOp", "restore_all", "");
    restored.forEach(all::addControlInput);
    return all.build();
  }

  private GraphOperation restore(
      Output<?> fileName, SortedMap<String, Operand<?>> variables, String device, String name) {
    DataType[] types = variables.values().stream().map(SaverOps::baseType).toArray(DataType[]::new);
    String reader = device.isEmpty() ? "" : cpu(device);
    String restoreName = free("RestoreV2");
    GraphOperation restore =
        op("RestoreV2", restoreName, reader)
            .addInput(fileName)
            .addInput(names(restoreName + "/tensor_names", variables.keySet(), reader))
            .addInput(noSlices(restoreName + "/shape_and_slices", variables.size(), reader))
            .setAttr("dtypes", types)
            .build();
    GraphOperationBuilder all = op("NoOp", name, device);
    int i = 0;
    for (Operand<?> variable : variables.values()) {
      all.addControlInput(assign(variable, restore.output(i++)));
    }
    return all.build();
  }

  private GraphOperation assign(Operand<?> variable, Output<?> stored) {
    String device = ((GraphOperation) variable.op()).device();
    Output<?> value = stored;
    if (options.reshape) {
      String name = free("Reshape");
      try (TInt32 shape = TInt32.vectorOf(dimensions(variable))) {
        value =
            op("Reshape", name, "")
                .addInput(stored)
                .addInput(constant(name + "/shape", shape, ""))
                .build()
                .output(0);
      }
    }
    if (isResource(variable)) {
      return op("AssignVariableOp", free("AssignVariableOp"), device)
          .addInput(variable.asOutput())
          .addInput(op("Identity", free("Identity"), device).addInput(value).build().output(0))
          .build();
    }
    return op("Assign", free("Assign"), device)
        .addInput(variable.asOutput())
        .addInput(value)
        .setAttr("use_locking", true)
        .setAttr("validate_shape", !options.reshape)
        .setAttr("_class", new String[] {"loc:@" + variable.op().name()})
        .build();
  }

  private static int[] dimensions(Operand<?> variable) {
    long[] sizes = shape(variable).asArray();
    int[] dimensions = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      dimensions[i] = Math.toIntExact(sizes[i]);
    }
    return dimensions;
  }

  /** What SaveV2 takes: a reference, or the value of a resource. */
  private Output<?> read(Operand<?> variable) {
    if (!isResource(variable)) {
      return variable.asOutput();
    }
    String own = variable.op().name() + "/Read/ReadVariableOp";
    GraphOperation existing = graph.operation(own);
    if (existing != null) {
      return existing.output(0);
    }
    return graph
        .opBuilder("ReadVariableOp", scope + "/" + own, graph.baseScope())
        .addInput(variable.asOutput())
        .setAttr("dtype", baseType(variable))
        .build()
        .output(0);
  }

  static boolean isVariable(Operand<?> operand) {
    String type = operand.op().type();
    return type.equals("VariableV2") || type.equals("Variable") || isResource(operand);
  }

  static boolean isResource(Operand<?> variable) {
    return variable.op().type().equals("VarHandleOp");
  }

  /** The element type; a reference variable's output has the base type's number plus 100. */
  static DataType baseType(Operand<?> variable) {
    if (isResource(variable)) {
      return ((GraphOperation) variable.op()).attributes().getAttrType("dtype");
    }
    DataType type = variable.asOutput().dataType();
    return type.getNumber() > 100 ? DataType.forNumber(type.getNumber() - 100) : type;
  }

  /** The shape of a variable's value. */
  static Shape shape(Operand<?> variable) {
    return isResource(variable)
        ? ((GraphOperation) variable.op()).attributes().getAttrShape("shape")
        : variable.shape();
  }

  /** The first of {@code name}, {@code name_1} and so on that the scope does not have. */
  private String free(String name) {
    String free = name;
    for (int i = 1; graph.operation(scope + "/" + free) != null; i++) {
      free = name + "_" + i;
    }
    return free;
  }

  private GraphOperationBuilder op(String type, String name, String device) {
    Scope place = graph.baseScope();
    if (!device.isEmpty()) {
      place = place.withDevice(spec(device)); // the builder's own setDevice has no effect
    }
    return graph.opBuilder(type, scope + "/" + name, place);
  }

  private static DeviceSpec spec(String device) {
    DeviceSpec.Builder spec = DeviceSpec.newBuilder();
    for (String part : canonical(device).substring(1).split("/")) {
      String[] words = part.split(":");
      switch (words[0]) {
        case "job" -> spec.job(words[1]);
        case "replica" -> spec.replica(Integer.valueOf(words[1]));
        case "task" -> spec.task(Integer.valueOf(words[1]));
        default -> {
          spec.deviceType(DeviceSpec.DeviceType.valueOf(words[1]));
          if (!words[2].equals("*")) {
            spec.deviceIndex(Integer.valueOf(words[2]));
          }
        }
      }
    }
    return spec.build();
  }

  private Output<?> placeholderWithDefault(String name, Output<?> value) {
    return op("PlaceholderWithDefault", name, "")
        .addInput(value)
        .setAttr("shape", Shape.scalar())
        .build()
        .output(0);
  }

  private Output<?> names(String name, Collection<String> names, String device) {
    try (TString value = TString.vectorOf(names.toArray(new String[0]))) {
      return constant(name, value, device);
    }
  }

  private Output<?> noSlices(String name, int count, String device) {
    return names(name, Collections.nCopies(count, ""), device);
  }

  private Output<?> number(String name, int value, String device) {
    try (TInt32 tensor = TInt32.scalarOf(value)) {
      return constant(name, tensor, device);
    }
  }

  private Output<?> constant(String name, Tensor value, String device) {
    return op("Const", name, device)
        .setAttr("dtype", value.dataType())
        .setAttr("value", value)
        .build()
        .output(0);
  }
}
