package io.github.charlstm.cell;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.tensorflow.DeviceSpec;

/**
 * Parts of a device's name, some of them perhaps left open. TensorFlow-Java has no way to read a
 * name or to merge two.
 */
record Devices(Map<String, String> parts) {
  private static final String JOB = "job";
  private static final String REPLICA = "replica";
  private static final String TASK = "task";
  private static final String TYPE = "type";
  private static final String INDEX = "index";

  Devices {
    parts = Map.copyOf(parts);
  }

  static Devices of(DeviceSpec spec) {
    return parse(Objects.requireNonNull(spec, "device").toString());
  }

  /** Reads {@code /job:x/replica:0/task:0/device:CPU:0}, parts of it, and {@code /cpu:0}. */
  static Devices parse(String name) {
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
    return new Devices(parts);
  }

  private static boolean putDevice(Map<String, String> parts, String type, String index) {
    return put(parts, TYPE, type.toUpperCase(Locale.ROOT), "CPU|GPU|TPU")
        && (index.equals("*") || put(parts, INDEX, index, "\\d{1,9}"));
  }

  private static boolean put(Map<String, String> parts, String key, String value, String pattern) {
    return value.matches(pattern) && parts.put(key, value) == null;
  }

  /** Another's parts where it has them, else this one's. */
  Devices overriddenBy(Devices inner) {
    Map<String, String> merged = new TreeMap<>(parts);
    if (inner.parts.containsKey(TYPE)) {
      merged.remove(INDEX);
    }
    merged.putAll(inner.parts);
    return new Devices(merged);
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
