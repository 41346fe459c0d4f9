package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.foreign.ForeignModelOptions.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

@Tag("slow")
class ForeignRolesTest {
  private static RoleMap documented(Fixture fixture) {
    return RoleMap.parse(
        List.of(
            "inputs=" + fixture.role("inputs"),
            "predictions=" + fixture.role("predictions"),
            "keep_prob=" + fixture.role("keep_prob"),
            "initial_state=" + fixture.role("initial_state"),
            "final_state=" + fixture.role("final_state")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "saved_model_full_signature",
        "saved_model_poor_signature",
        "saved_model_batch_4",
        "saved_model_unknown_sizes",
        "meta_graph_while",
        "meta_graph_unrolled",
        "meta_graph_unknown_sizes"
      })
  void findsTheRolesThatPythonNames(String name) {
    Fixture fixture = Fixture.of(name);
    RoleMap expected = documented(fixture);
    try (ForeignModel model = fixture.open()) {
      RoleMap roles = model.roles();
      assertThat(roles.tensors()).isEqualTo(expected.tensors());
    }
  }

  @Test
  void oddNamesCanBeMapped() {
    Fixture fixture = Fixture.of("saved_model_odd_names");
    RoleMap map = documented(fixture);
    try (ForeignModel model = fixture.open(fixture.options().withRoles(map))) {
      assertThat(model.roles().all("final_state").get(0)).hasToString("memory/out_0:0");
      ForeignModelTest.assertPredicts(model, fixture);
    }
  }

  @Test
  void anUnrolledGraphRunsWithItsStatesMapped() {
    Fixture fixture = Fixture.of("meta_graph_unrolled");
    RoleMap map =
        RoleMap.parse(
            List.of(
                "initial_state=" + fixture.role("initial_state"),
                "final_state=" + fixture.role("final_state")));
    try (ForeignModel model = fixture.open(fixture.options().withRoles(map))) {
      ForeignModelTest.assertPredicts(model, fixture);
      assertThat(model.crossEntropy(fixture.encodedText(), done -> {}))
          .isCloseTo(fixture.crossEntropy(), within(1e-4));
    }
  }

  // TensorFlow 0.x and 1.0.0 named zero states zeros, zeros_1, ... without a scope.
  @Test
  void zeroStatesWithoutAScopeAreFound(@TempDir Path folder) throws IOException {
    Fixture fixture = Fixture.of("meta_graph_unrolled");
    String prefix = fixture.path().getFileName().toString().replaceAll("\\.meta$", "");
    try (Stream<Path> files = Files.list(fixture.path().getParent())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    MetaGraphDef.Builder meta =
        MetaGraphDef.parseFrom(Files.readAllBytes(fixture.path())).toBuilder();
    Map<String, String> names = new LinkedHashMap<>();
    for (NodeDef.Builder node : meta.getGraphDefBuilder().getNodeBuilderList()) {
      if (TensorCandidates.isZeroState(node.build())) {
        names.put(node.getName(), names.isEmpty() ? "zeros" : "zeros_" + names.size());
      }
    }
    for (NodeDef.Builder node : meta.getGraphDefBuilder().getNodeBuilderList()) {
      node.setName(names.getOrDefault(node.getName(), node.getName()));
      for (int k = 0; k < node.getInputCount(); k++) {
        node.setInput(k, names.getOrDefault(node.getInput(k), node.getInput(k)));
      }
    }
    Path renamed = Files.write(folder.resolve(prefix + ".meta"), meta.build().toByteArray());
    try (ForeignModel model = ForeignModel.open(renamed, fixture.options())) {
      assertThat(model.roles().all(RoleMap.INITIAL_STATE)).hasSize(4);
      assertThat(model.roles().all(RoleMap.INITIAL_STATE).get(0)).hasToString("zeros:0");
      assertThat(model.crossEntropy(fixture.encodedText(), done -> {}))
          .isCloseTo(fixture.crossEntropy(), within(1e-4));
    }
  }

  @Test
  void statesThatAreNotFoundAreReportedWithCandidates() {
    Fixture fixture = Fixture.of("meta_graph_unrolled");
    // not a state of the graph's structure
    RoleMap map = RoleMap.parse(List.of("initial_state=keep_prob:0"));
    assertThatThrownBy(() -> fixture.open(fixture.options().withRoles(map)))
        .isInstanceOf(InteropException.class)
        .hasMessageContaining(fixture.path().toString())
        .hasMessageContaining("no tensor was found for the role final_state")
        .hasMessageContaining("keep_prob:0 float32[]")
        .hasMessageContaining("BasicLSTMCellZeroState/zeros_1:0 float32[4, 16]")
        .hasMessageContaining(fixture.role("final_state").split(",")[0])
        .hasMessageContaining("`map` initial_state=")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aMappedTensorThatDoesNotExistIsRejected() {
    RoleMap map = RoleMap.parse(List.of("predictions=nothing/here:0"));
    assertThatThrownBy(
            () ->
                Fixture.of("saved_model_poor_signature")
                    .open(ForeignModelOptions.savedModel().withRoles(map)))
        .isInstanceOf(InteropException.class)
        .hasMessageContaining("has no tensor nothing/here:0")
        .hasMessageContaining("inputs:0 int32[1, 1]");
  }

  @Test
  void allRowsOfABatchReadTheSameText() {
    try (ForeignModel model = Fixture.of("saved_model_batch_4").open()) {
      assertThat(model.batchSize()).isEqualTo(4);
    }
  }

  private static ForeignModelOptions options(Set<String> tags, Optional<String> signature) {
    return new ForeignModelOptions(Format.SAVED_MODEL, tags, signature, RoleMap.empty(), false);
  }

  @Test
  void anUnknownSignatureIsRejectedWithTheExistingOnes() {
    ForeignModelOptions options = options(Set.of("serve"), Optional.of("step"));
    assertThatThrownBy(() -> Fixture.of("keras_stateful_reset").open(options))
        .isInstanceOf(InteropException.class)
        .hasMessageContaining("no signature step")
        .hasMessageContaining("reset_states, serving_default");
  }

  @Test
  void unknownTagsAreRejectedWithTheExistingOnes() {
    ForeignModelOptions options = options(Set.of("gpu", "serve"), Optional.empty());
    assertThatThrownBy(() -> Fixture.of("keras_stateful").open(options))
        .isInstanceOf(InteropException.class)
        .hasMessageContaining("{gpu,serve}")
        .hasMessageContaining("[{serve}]")
        .hasMessageContaining("`tags`");
  }

  @Test
  void aVocabularyOfAnotherSizeIsRejected() {
    try (ForeignModel model = Fixture.of("keras_stateful").open()) {
      assertThatThrownBy(() -> model.requireVocabulary(83, "anna.txt"))
          .isInstanceOf(InteropException.class)
          .hasMessageContaining("anna.txt has 83 symbols")
          .hasMessageContaining("are for 41");
      assertThatThrownBy(() -> model.predictNext(41))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("symbol 41 does not exist");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"prediction=a:0", "inputs", "inputs=", "=a:0", "inputs=a:0,b:0", "inputs=a:x"})
  void malformedMapsAreRejected(String entry) {
    assertThatThrownBy(() -> RoleMap.parse(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mapsMustPairStates() {
    assertThatThrownBy(() -> RoleMap.parse(List.of("initial_state=a,b", "final_state=c")))
        .hasMessageContaining("found 1 and 2");
    assertThatThrownBy(() -> RoleMap.parse(List.of("inputs=a", "inputs=b")))
        .hasMessageContaining("twice");
    assertThat(RoleMap.parse(List.of("keep_prob=a, b:1")).all("keep_prob"))
        .containsExactly(new TensorName("a", 0), new TensorName("b", 1));
  }
}
