package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.types.TString;

@Tag("machine")
class SaverTest {
  @TempDir Path folder;

  @Test
  void restoredValuesEqualSavedValues() throws IOException {
    Path prefix = folder.resolve("run/model.ckpt-1");
    try (SmallGraph trained = new SmallGraph(3, 1f).initialize();
        SmallGraph fresh = new SmallGraph(3, 50f).initialize()) {
      trained.saver().save(trained.session, prefix);
      fresh.saver().restore(fresh.session, prefix);
      assertThat(fresh.values("cell/kernel")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(fresh.values("cell/bias")).containsExactly(101, 102);
    }
  }

  @Test
  void opsHaveTheNamesAndTypesOfTensorFlow1() {
    try (SmallGraph small = new SmallGraph(3, 1f)) {
      SaverDef def = small.saver().saverDef();
      assertThat(def.getFilenameTensorName()).isEqualTo("save/Const:0");
      assertThat(def.getSaveTensorName()).isEqualTo("save/control_dependency:0");
      assertThat(def.getRestoreOpName()).isEqualTo("save/restore_all");
      assertThat(def.getMaxToKeep()).isEqualTo(5);
      assertThat(def.getVersion()).isEqualTo(SaverDef.CheckpointFormatVersion.V2);
      assertThat(saveNodes(small).stream().map(node -> node.getName() + " " + node.getOp()))
          .containsExactlyInAnyOrder(
              "save/filename/input Const",
              "save/filename PlaceholderWithDefault",
              "save/Const PlaceholderWithDefault",
              "save/SaveV2/tensor_names Const",
              "save/SaveV2/shape_and_slices Const",
              "save/SaveV2 SaveV2",
              "save/control_dependency Identity",
              "save/RestoreV2/tensor_names Const",
              "save/RestoreV2/shape_and_slices Const",
              "save/RestoreV2 RestoreV2",
              "save/Assign Assign",
              "save/Assign_1 Assign",
              "save/restore_all NoOp");
    }
  }

  @Test
  void opsAreWiredAsInTensorFlow1() {
    try (SmallGraph small = new SmallGraph(3, 1f)) {
      small.saver();
      assertThat(node(small, "save/control_dependency").getInputList())
          .containsExactly("save/Const", "^save/SaveV2");
      assertThat(node(small, "save/restore_all").getInputList())
          .containsExactlyInAnyOrder("^save/Assign", "^save/Assign_1");
      assertThat(node(small, "save/Assign_1").getInputList())
          .containsExactly("cell/kernel", "save/RestoreV2:1");
      try (var result = small.session.runner().fetch("save/SaveV2/tensor_names").run()) {
        assertThat(((TString) result.get(0)).scalars())
            .extracting(NdArray::getObject)
            .containsExactly("cell/bias", "cell/kernel");
      }
    }
  }

  @Test
  void aSecondSaverHasItsOwnScope() throws IOException {
    try (SmallGraph small = new SmallGraph(3, 1f).initialize()) {
      small.saver();
      Saver second = Saver.create(small.tf, Map.of("renamed", small.variables.get("cell/bias")), 0);
      assertThat(second.saverDef().getRestoreOpName()).isEqualTo("save_1/restore_all");
      Path prefix = folder.resolve("second");
      second.save(small.session, prefix);
      assertThat(CheckpointReader.open(prefix).readFloats("renamed")).containsExactly(101, 102);
      second.restore(small.session, prefix);
    }
  }

  @Test
  void aCheckpointOfOtherNamesAndShapesIsRejectedWithAllDifferencesAndNothingChanges()
      throws IOException {
    Path prefix = folder.resolve("other");
    try (SmallGraph other = new SmallGraph(4, 1f);
        SmallGraph mine = new SmallGraph(3, 50f)) {
      other.variable("gone", Shape.scalar(), 0f);
      other.initialize().saver().save(other.session, prefix);
      mine.variable("lacking", Shape.scalar(), 0f);
      Saver saver = mine.initialize().saver();
      assertThatThrownBy(() -> saver.restoreExactly(mine.session, prefix))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(prefix.toString())
          .hasMessageContaining(
              "cell/kernel is float[3, 2] in the graph and float[4, 2] in the file")
          .hasMessageContaining("missing in the file: lacking")
          .hasMessageContaining("in the file but not in the graph: gone")
          .message()
          .doesNotContain("\n");
      assertThat(mine.values("cell/bias")).containsExactly(150, 151);
    }
  }

  @Test
  void unusedTensorsAreNamedWhenTheyAreAllowed() throws IOException {
    Path prefix = folder.resolve("slots");
    try (SmallGraph trained = new SmallGraph(3, 1f);
        SmallGraph sampling = new SmallGraph(3, 50f)) {
      trained.variable("cell/kernel/Adam", Shape.of(3, 2), 0f);
      trained.initialize().saver().save(trained.session, prefix);
      assertThat(sampling.saver().restoreAllowingUnused(sampling.session, prefix))
          .containsExactly("cell/kernel/Adam");
      assertThat(sampling.values("cell/bias")).containsExactly(101, 102);
      sampling.initialize().saver().restore(sampling.session, prefix);
      assertThat(sampling.values("cell/bias")).containsExactly(101, 102);
      sampling.initialize();
      Saver.create(sampling.tf, Map.of("cell/bias", sampling.variables.get("cell/bias")), 5)
          .restore(sampling.session, prefix);
      assertThat(sampling.values("cell/bias")).containsExactly(101, 102);
      assertThat(sampling.values("cell/kernel")[0]).isEqualTo(50);
    }
  }

  /** The files that Python's Saver(max_to_keep=2, save_relative_paths=True) writes. */
  @Test
  void theStateFileNamesTheLastCheckpoints() throws IOException {
    try (SmallGraph small = new SmallGraph(3, 1f).initialize()) {
      Saver saver = Saver.create(small.tf, small.variables, 2);
      Path run = folder.resolve("run");
      saver.write(small.session, run.resolve("m-0"));
      assertThat(run.resolve("checkpoint")).doesNotExist();
      saver.save(small.session, run.resolve("m-1"));
      assertThat(run.resolve("checkpoint"))
          .hasContent("model_checkpoint_path: \"m-1\"\nall_model_checkpoint_paths: \"m-1\"\n");
      assertThat(CheckpointState.latestCheckpoint(run)).contains(run.resolve("m-1"));
      saver.save(small.session, run.resolve("m-2"));
      saver.save(small.session, run.resolve("m-3"));
      assertThat(run.resolve("checkpoint"))
          .hasContent(
              """
              model_checkpoint_path: "m-3"
              all_model_checkpoint_paths: "m-2"
              all_model_checkpoint_paths: "m-3"
              """);
      saver.save(small.session, run.resolve("m-2"));
      assertThat(CheckpointState.read(run).orElseThrow().allModelCheckpointPaths())
          .containsExactly("m-3", "m-2");
      assertThatThrownBy(() -> saver.save(small.session, run.resolve("checkpoint")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("state file");
      Saver all = Saver.create(small.tf, small.variables, 0);
      all.save(small.session, run.resolve("m-4"));
      all.save(small.session, run.resolve("m-5"));
      assertThat(CheckpointState.read(run).orElseThrow().allModelCheckpointPaths())
          .containsExactly("m-5");
    }
  }

  @Test
  void damageIsReportedBeforeAnyVariableChanges() throws IOException {
    Path prefix = folder.resolve("damaged");
    Path data = folder.resolve("damaged.data-00000-of-00001");
    try (SmallGraph trained = new SmallGraph(3, 1f).initialize();
        SmallGraph mine = new SmallGraph(3, 50f).initialize()) {
      trained.saver().save(trained.session, prefix);
      byte[] bytes = Files.readAllBytes(data);
      bytes[bytes.length - 1] ^= 4;
      Files.write(data, bytes);
      Saver saver = mine.saver();
      assertThatThrownBy(() -> saver.restoreExactly(mine.session, prefix))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("checksum of tensor cell/kernel");
      assertThat(mine.values("cell/bias")).containsExactly(150, 151);
    }
  }

  @Test
  void aFolderThatCannotBeCreatedIsAnIoException() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    Files.createDirectories(folder.resolve("taken.index"));
    Files.writeString(folder.resolve("taken.index/x"), "in the way");
    try (SmallGraph small = new SmallGraph(3, 1f).initialize()) {
      Saver saver = small.saver();
      assertThatThrownBy(() -> saver.save(small.session, file.resolve("model")))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> saver.save(small.session, folder.resolve("taken")))
          .isInstanceOf(IOException.class)
          .hasMessage(folder.resolve("taken") + ": Is a directory");
    }
  }

  @Test
  void savingUninitializedVariablesIsNoIoException() {
    try (SmallGraph small = new SmallGraph(3, 1f)) {
      Saver saver = small.saver();
      assertThatThrownBy(() -> saver.save(small.session, folder.resolve("model")))
          .isInstanceOf(TensorFlowException.class)
          .hasMessageContaining("uninitialized");
    }
  }

  @Test
  void badArgumentsAreRejected() {
    try (SmallGraph small = new SmallGraph(3, 1f)) {
      assertThatThrownBy(() -> Saver.create(small.tf, Map.of(), 5))
          .hasMessageContaining("at least one variable");
      assertThatThrownBy(() -> Saver.create(small.tf, small.variables, -1))
          .hasMessageContaining("0 or more, found -1");
      assertThatThrownBy(() -> Saver.create(small.tf, Map.of("x", small.output), 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("VariableV2");
      var bias = small.variables.get("cell/bias");
      assertThatThrownBy(() -> Saver.create(small.tf, Map.of("b", bias, "b_too", bias), 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cell/bias as b and as b_too");
    }
  }

  private static List<NodeDef> saveNodes(SmallGraph small) {
    return small.graph.toGraphDef().getNodeList().stream()
        .filter(node -> node.getName().startsWith("save/"))
        .toList();
  }

  private static NodeDef node(SmallGraph small, String name) {
    return saveNodes(small).stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
