package io.github.charlstm.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/**
 * Reads event files: records of {@code length (8 bytes), its masked CRC-32C, data, its masked
 * CRC-32C}, little-endian, each an {@code Event}.
 */
public final class EventFile {
  private EventFile() {}

  /** The events of a file, up to an incomplete record; asserts every checksum. */
  public static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.remaining() >= 12) {
      ByteBuffer length = bytes.slice(bytes.position(), 8).order(ByteOrder.LITTLE_ENDIAN);
      int size = Math.toIntExact(length.getLong(0));
      if (bytes.remaining() < 12 + size + 4) {
        break;
      }
      assertThat(bytes.getInt(bytes.position() + 8)).as("CRC of a length").isEqualTo(crc(length));
      ByteBuffer data = bytes.slice(bytes.position() + 12, size);
      assertThat(bytes.getInt(bytes.position() + 12 + size))
          .as("CRC of the data")
          .isEqualTo(crc(data.duplicate()));
      events.add(Event.parseFrom(data));
      bytes.position(bytes.position() + 12 + size + 4);
    }
    return events;
  }

  /** The files of a folder in TensorBoard's order. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** The events of all files of a folder. */
  public static List<Event> readAll(Path folder) throws IOException {
    List<Event> events = new ArrayList<>();
    for (Path file : files(folder)) {
      events.addAll(read(file));
    }
    return events;
  }

  /**
   * The summaries of a folder by tag and step, as TensorBoard shows them: a start discards events
   * from its step on. Asserts that no step occurs twice.
   */
  public static Map<String, TreeMap<Long, Summary.Value>> summaries(Path folder)
      throws IOException {
    Map<String, TreeMap<Long, Summary.Value>> byTag = new LinkedHashMap<>();
    for (Event event : readAll(folder)) {
      if (event.getSessionLog().getStatus() == SessionLog.SessionStatus.START) {
        byTag.values().forEach(steps -> steps.tailMap(event.getStep(), true).clear());
      }
      for (Summary.Value value : event.getSummary().getValueList()) {
        TreeMap<Long, Summary.Value> steps =
            byTag.computeIfAbsent(value.getTag(), tag -> new TreeMap<>());
        assertThat(steps).as(value.getTag()).doesNotContainKey(event.getStep());
        steps.put(event.getStep(), value);
      }
    }
    return byTag;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate());
    int plain = (int) sum.getValue();
    return ((plain >>> 15) | (plain << 17)) + 0xa282ead8;
  }
}
