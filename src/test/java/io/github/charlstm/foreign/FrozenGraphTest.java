package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/** GraphDefs; that a frozen one gives Python's numbers is tested by {@link ForeignModelTest}. */
class FrozenGraphTest {
  private static final Fixture FROZEN = Fixture.of("frozen_graph_unknown_sizes");

  @TempDir Path folder;

  private static ForeignModel open(Path file) {
    return ForeignModel.open(file, ForeignModelOptions.graphDef());
  }

  private static GraphDef graph() throws IOException {
    return GraphDef.parseFrom(Files.readAllBytes(FROZEN.path()));
  }

  @Test
  void theTextFormGivesTheSamePredictions() throws IOException {
    Path text = folder.resolve("frozen.pbtxt");
    Files.writeString(text, TextFormat.printer().printToString(graph()));
    try (ForeignModel model = open(text)) {
      ForeignModelTest.assertPredicts(model, FROZEN);
    }
  }

  @Test
  void rolesMayBeNamed() {
    RoleMap roles = RoleMap.parse(List.of("predictions=keep_prob:0"));
    assertThatThrownBy(
            () -> ForeignModel.open(FROZEN.path(), ForeignModelOptions.graphDef().withRoles(roles)))
        .isInstanceOf(InteropException.class)
        .hasMessageContaining("keep_prob:0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta_graph_while", "meta_graph_unrolled"})
  void aGraphWithVariablesIsRejectedWithTheRemedy(String name) throws IOException {
    byte[] meta = Files.readAllBytes(Fixture.of(name).path());
    Path file = folder.resolve("graph.pb");
    Files.write(file, MetaGraphDef.parseFrom(meta).getGraphDef().toByteArray());
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InteropException.class)
        .hasMessageStartingWith(file + " has variables")
        .hasMessageContaining("`meta`")
        .hasMessageContaining("convert_variables_to_constants");
  }

  @Test
  void operationsThatAccessFilesOrProcessesAreRejected() throws IOException {
    GraphDef.Builder graph = graph().toBuilder();
    graph.addNodeBuilder().setName("spy").setOp("ReadFile").addInput("name");
    Path file = Files.write(folder.resolve("spy.pb"), graph.build().toByteArray());
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InteropException.class)
        .hasMessageContaining("ReadFile (node spy)")
        .hasMessageContaining("`trust`");
  }

  @Test
  void aTruncatedFileIsRejected() throws IOException {
    byte[] whole = Files.readAllBytes(FROZEN.path());
    for (int length = 0; length < whole.length; length += whole.length / 60) {
      Path file = Files.write(folder.resolve("part.pb"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> open(file).close())
          .as("%d bytes", length)
          .isInstanceOf(InteropException.class)
          .hasMessageContaining(file.toString());
    }
    assertThat(whole).hasSizeGreaterThan(1000);
  }
}
