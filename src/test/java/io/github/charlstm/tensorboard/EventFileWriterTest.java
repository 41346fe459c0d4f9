package io.github.charlstm.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TFloat32;

class EventFileWriterTest {
  @TempDir Path root;

  private Path folder() {
    return root.resolve("a run/of\u00fc");
  }

  private static Summary.Value value(Event event) {
    assertThat(event.getSummary().getValueCount()).isEqualTo(1);
    return event.getSummary().getValue(0);
  }

  @Test
  void aFileHasItsVersionAndThenTheEventsInOrder() throws IOException {
    try (EventFileWriter writer = EventFileWriter.open(folder())) {
      writer.start(7);
      writer.scalar("curves/loss", 7, 0.1);
      writer.scalar("curves/loss", 8, 1e30);
    }
    List<Event> events = EventFile.readAll(folder());
    assertThat(events).hasSize(4);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(events.get(1).getStep()).isEqualTo(7);
    assertThat(events.get(2).getStep()).isEqualTo(7);
    assertThat(value(events.get(2)).getTag()).isEqualTo("curves/loss");
    assertThat(value(events.get(2)).getSimpleValue()).isEqualTo(0.1f);
    assertThat(value(events.get(3)).getSimpleValue()).isEqualTo(1e30f);
    assertThat(events.get(3).getStep()).isEqualTo(8);
  }

  @Test
  void aHistogramHasTheTensorsCountRangeAndSums() throws IOException {
    try (EventFileWriter writer = EventFileWriter.open(folder());
        TFloat32 values = TFloat32.vectorOf(-2f, 0f, 0.5f, 3f, 3f)) {
      writer.histogram("variables/rnn/kernel", 10, values);
    }
    Summary.Value value = value(EventFile.readAll(folder()).get(1));
    assertThat(value.getTag()).isEqualTo("variables/rnn/kernel");
    HistogramProto histogram = value.getHisto();
    assertThat(histogram.getNum()).isEqualTo(5);
    assertThat(histogram.getMin()).isEqualTo(-2);
    assertThat(histogram.getMax()).isEqualTo(3);
    assertThat(histogram.getSum()).isEqualTo(4.5);
    assertThat(histogram.getSumSquares()).isEqualTo(22.25);
    assertThat(histogram.getBucketList().stream().mapToDouble(n -> n).sum()).isEqualTo(5);
  }

  @Test
  void textIsACodeBlockForTheTextPlugin() throws IOException {
    try (EventFileWriter writer = EventFileWriter.open(folder())) {
      writer.text("samples/one", 3, List.of("# no title\n\n*a* <b>\u4e2d\ud83d\ude00"));
      writer.text("samples/two", 3, List.of("a", "b\nc"));
    }
    List<Event> events = EventFile.readAll(folder());
    Summary.Value one = value(events.get(1));
    assertThat(one.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(one.getTensor().getDtype()).isEqualTo(DataType.DT_STRING);
    assertThat(one.getTensor().getTensorShape().getDimCount()).isZero();
    assertThat(one.getTensor().getStringVal(0).toStringUtf8())
        .isEqualTo("    # no title\n    \n    *a* <b>\u4e2d\ud83d\ude00");
    Summary.Value two = value(events.get(2));
    assertThat(two.getTensor().getTensorShape().getDim(0).getSize()).isEqualTo(2);
    assertThat(two.getTensor().getStringVal(1).toStringUtf8()).isEqualTo("    b\n    c");
  }

  @Test
  void theGraphIsUnchanged() throws IOException {
    GraphDef graph =
        GraphDef.newBuilder().addNode(NodeDef.newBuilder().setName("x").setOp("NoOp")).build();
    try (EventFileWriter writer = EventFileWriter.open(folder())) {
      writer.graph(graph);
    }
    Event event = EventFile.readAll(folder()).get(1);
    assertThat(GraphDef.parseFrom(event.getGraphDef())).isEqualTo(graph);
  }

  @Test
  void flushWritesTheEventsToTheFile() throws IOException {
    try (EventFileWriter writer = EventFileWriter.open(folder())) {
      writer.scalar("loss", 1, 2);
      writer.flush();
      assertThat(EventFile.readAll(folder())).hasSize(2);
    }
  }

  @Test
  void twoWritersAtOnceDoNotMix() throws IOException {
    try (EventFileWriter first = EventFileWriter.open(root.resolve("1"));
        EventFileWriter second = EventFileWriter.open(root.resolve("2"))) {
      first.scalar("loss", 1, 1);
      second.scalar("loss", 2, 2);
      first.scalar("loss", 3, 3);
    }
    assertThat(EventFile.summaries(root.resolve("1")).get("loss").keySet()).containsExactly(1L, 3L);
    assertThat(EventFile.summaries(root.resolve("2")).get("loss").keySet()).containsExactly(2L);
  }

  @Test
  void theNameOfALaterFileSortsLater() throws IOException {
    for (int k = 1; k <= 2; k++) {
      try (EventFileWriter writer = EventFileWriter.open(folder())) {
        writer.start(k);
      }
    }
    assertThat(EventFile.files(folder())).hasSize(2);
    assertThat(EventFile.readAll(folder()).stream().filter(Event::hasSessionLog))
        .extracting(Event::getStep)
        .containsExactly(1L, 2L);
  }

  @Test
  void aFileCutOffInARecordIsReadUpToIt() throws IOException {
    try (EventFileWriter writer = EventFileWriter.open(folder())) {
      writer.scalar("loss", 1, 2);
      writer.scalar("loss", 2, 3);
    }
    Path file = EventFile.files(folder()).get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 3));
    assertThat(EventFile.summaries(folder()).get("loss").keySet()).containsExactly(1L);
  }

  @Test
  void aFolderThatCannotBeCreatedIsAnErrorOfOneLine() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    assertThatThrownBy(() -> EventFileWriter.open(file.resolve("below")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("file")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aHistogramOfNanIsAnErrorThatNamesTheTag() throws IOException {
    try (EventFileWriter writer = EventFileWriter.open(folder());
        TFloat32 values = TFloat32.vectorOf(1f, Float.NaN)) {
      assertThatThrownBy(() -> writer.histogram("gradients/bias", 1, values))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("gradients/bias")
          .message()
          .doesNotContain("\n");
    }
  }
}
