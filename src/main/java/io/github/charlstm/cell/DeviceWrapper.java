package io.github.charlstm.cell;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Places a cell's operations on a device (Python: {@code tf.nn.rnn_cell.DeviceWrapper}).
 *
 * <p>The operations of {@code call} and {@code zeroState} are placed; what they compute, their
 * shapes, the state and the variables' names are the cell's. As with nested {@code tf.device}
 * blocks, a partial device name is completed from the builder's device. Variables are made in
 * {@code build} and are not placed.
 */
public final class DeviceWrapper extends CellWrapper {
  private final DeviceName device;

  /**
   * Wraps a cell.
   *
   * @param device where its operations go
   */
  public DeviceWrapper(RNNCell cell, DeviceSpec device) {
    this(cell, Objects.requireNonNull(device, "device").toString());
  }

  /**
   * Wraps a cell.
   *
   * @param device where its operations go, for instance {@code /device:CPU:0}, {@code /gpu:1} or
   *     {@code /job:worker/task:0}
   * @throws IllegalArgumentException if this is no device's name
   */
  public DeviceWrapper(RNNCell cell, String device) {
    super(cell);
    this.device = DeviceName.parse(device);
  }

  @Override
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    return inner.step(placed(tf), inputs, state);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(Ops tf, int batchSize, Class<T> dtype) {
    return super.zeroState(placed(tf), batchSize, dtype);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batchSize, Class<T> dtype) {
    return super.zeroState(placed(tf), batchSize, dtype);
  }

  private Ops placed(Ops tf) {
    DeviceName outer = DeviceName.parse(tf.scope().getDeviceString());
    return tf.withDevice(outer.overriddenBy(device).spec());
  }

  /** A full or partial device name; TensorFlow-Java can neither parse nor merge names. */
  private record DeviceName(Map<String, String> parts) {
    private static final String JOB = "job";
    private static final String REPLICA = "replica";
    private static final String TASK = "task";
    private static final String TYPE = "type";
    private static final String INDEX = "index";

    DeviceName {
      parts = Map.copyOf(parts);
    }

    /** Reads {@code /job:x/replica:0/task:0/device:CPU:0}, parts of it, and {@code /cpu:0}. */
    static DeviceName parse(String name) {
      Map<String, String> parts = new TreeMap<>();
      String rest = name.startsWith("/") ? name.substring(1) : name;
      for (String part : rest.isEmpty() ? new String[0] : rest.split("/", -1)) {
        String[] words = part.split(":", -1);
        boolean known =
            switch (words[0].toLowerCase(Locale.ROOT)) {
              case JOB -> words.length == 2 && put(parts, JOB, words[1], "\\w+");
              case REPLICA -> words.length == 2 && put(parts, REPLICA, words[1], "\\d{1,9}");
              case TASK -> words.length == 2 && put(parts, TASK, words[1], "\\d{1,9}");
              case "device" -> words.length == 3 && putDevice(parts, words[1], words[2]);
              case "cpu", "gpu", "tpu" -> words.length == 2 && putDevice(parts, words[0], words[1]);
              default -> false;
            };
        if (!known) {
          throw new IllegalArgumentException(
              "DeviceWrapper expects a device such as /device:CPU:0 or /job:worker/task:0, found '"
                  + name
                  + "'");
        }
      }
      return new DeviceName(parts);
    }

    private static boolean putDevice(Map<String, String> parts, String type, String index) {
      return put(parts, TYPE, type.toUpperCase(Locale.ROOT), "CPU|GPU|TPU")
          && (index.equals("*") || put(parts, INDEX, index, "\\d{1,9}"));
    }

    private static boolean put(
        Map<String, String> parts, String key, String value, String pattern) {
      return value.matches(pattern) && parts.put(key, value) == null;
    }

    /** The inner name's parts; where it has none, this name's. */
    DeviceName overriddenBy(DeviceName inner) {
      Map<String, String> merged = new TreeMap<>(parts);
      if (inner.parts.containsKey(TYPE)) {
        merged.remove(INDEX);
      }
      merged.putAll(inner.parts);
      return new DeviceName(merged);
    }

    DeviceSpec spec() {
      DeviceSpec.Builder builder = DeviceSpec.newBuilder();
      parts.forEach(
          (key, value) -> {
            switch (key) {
              case JOB -> builder.job(value);
              case REPLICA -> builder.replica(Integer.valueOf(value));
              case TASK -> builder.task(Integer.valueOf(value));
              case TYPE -> builder.deviceType(DeviceSpec.DeviceType.valueOf(value));
              default -> builder.deviceIndex(Integer.valueOf(value));
            }
          });
      return builder.build();
    }
  }
}
