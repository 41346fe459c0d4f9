package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableOptions;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.SaverDef.CheckpointFormatVersion;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** The cases of TensorFlow's saver_test on saving and restoring, with their values. */
class SaverSuiteTest {
  private static final String NO_TABLES = "without a hash table, which is no variable";

  @TempDir Path folder;

  private static ValueGraph graph(boolean resource, float v0, float v1) {
    ValueGraph values = new ValueGraph();
    return resource
        ? values.resource("v0", values.tf.constant(v0)).resource("v1", values.tf.constant(v1))
        : values.variable("v0", values.tf.constant(v0)).variable("v1", values.tf.constant(v1));
  }

  private static void assertHolds(ValueGraph values, float v0, float v1) {
    assertThat(values.floats("v0")).containsExactly(v0);
    assertThat(values.floats("v1")).containsExactly(v1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase(value = "saver_test.SaverTest.testBasic", partly = NO_TABLES)
  @TensorFlowCase(value = "saver_test.SaverTest.testResourceBasic", partly = NO_TABLES)
  @TensorFlowCase(value = "saver_test.SaverTest.testBasicsWithListOfVariables", partly = NO_TABLES)
  void valuesAreRestoredWithAndWithoutInitialization(boolean resource) throws IOException {
    Path path = folder.resolve("basics");
    try (ValueGraph first = graph(resource, 10, 20).initialize();
        ValueGraph second = graph(resource, -1, -1);
        ValueGraph third = graph(resource, 1000, 2000).initialize()) {
      assertThat(first.saver().build().save(first.session, path)).isEqualTo(path);
      assertThatThrownBy(() -> second.floats("v0"))
          .hasMessageContaining(resource ? "Could not find variable v0" : "uninitialized value v0");
      second.saver().build().restore(second.session, path);
      assertHolds(second, 10, 20);
      assertHolds(third, 1000, 2000);
      third.saver().build().restore(third.session, path);
      assertHolds(third, 10, 20);
    }
  }

  private static void variables(VariableScope scope, float one, float two) {
    scope.variable(Shape.scalar(), Initializers.constant(one));
    scope.variable(Shape.of(3), Initializers.constant(two));
  }

  private static void assertRestored(Path path) {
    try (GraphRunner second = new GraphRunner()) {
      VariableStore store = new VariableStore(second.tf(), RandomSeeds.of(1));
      variables(store.rootScope(), 0, 0);
      Saver.builder(store).build().restore(second.session(), path);
      List<float[]> found =
          second.fetch(
              store.trainable().stream().<Operand<TFloat32>>map(GraphVariable::value).toList());
      assertThat(found).containsExactly(new float[] {1}, new float[] {2, 2, 2});
    }
  }

  @Test
  @TensorFlowCase(value = "saver_test.SaverTest.testVariables", partly = NO_TABLES)
  void aSaverOfAStoreSavesAllVariables() throws IOException {
    Path path = folder.resolve("variables");
    try (GraphRunner first = new GraphRunner()) {
      VariableStore store = new VariableStore(first.tf(), RandomSeeds.of(1));
      variables(store.rootScope(), 1, 2);
      first.run(store.globalVariablesInitializer());
      Saver.builder(store).build().save(first.session(), path);
    }
    assertThat(CheckpointReader.open(path).tensors()).containsOnlyKeys("Variable", "Variable_1");
    assertRestored(path);
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testDeferredBuild")
  void aSaverSavesTheVariablesThatThereAreWhenItIsBuilt() throws IOException {
    Path path = folder.resolve("deferred_build");
    try (GraphRunner first = new GraphRunner()) {
      VariableStore store = new VariableStore(first.tf(), RandomSeeds.of(1));
      VariableScope root = store.rootScope();
      root.variable(Shape.scalar(), Initializers.constant(1));
      Saver.Builder deferred = Saver.builder(store);
      root.variable(Shape.of(3), Initializers.constant(2));
      first.run(store.globalVariablesInitializer());
      deferred.build().save(first.session(), path);
    }
    assertRestored(path);
  }

  @Test
  void localVariablesAreInTheMetaGraphButNotSaved() throws IOException {
    Path path = folder.resolve("local");
    try (GraphRunner first = new GraphRunner();
        Graph second = new Graph()) {
      VariableStore store = new VariableStore(first.tf(), RandomSeeds.of(1));
      VariableScope root = store.rootScope();
      root.getVariable("kept", Shape.scalar());
      root.getLocalVariable("count", Shape.scalar(), VariableOptions.defaults());
      first.run(store.globalVariablesInitializer());
      Saver.builder(store).build().save(first.session(), path);
      assertThat(CheckpointReader.open(path).tensors()).containsOnlyKeys("kept");
      VariableStore imported =
          ImportedMetaGraph.of(second, folder.resolve("local.meta")).variables();
      assertThat(imported.all()).extracting(GraphVariable::name).containsExactly("kept");
      assertThat(imported.localVariables())
          .extracting(GraphVariable::name)
          .containsExactly("count");
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testResourceVariableReadOpsAddedDeterministically")
  void graphsOfOneProgramAreEqual() {
    Set<GraphDef> graphs = new HashSet<>();
    for (int run = 0; run < 10; run++) {
      try (ValueGraph values = new ValueGraph()) {
        for (int i = 0; i < 20; i++) {
          values.resource("var" + i, values.tf.constant(i));
        }
        values.saver().build();
        graphs.add(values.graph.toGraphDef());
      }
    }
    assertThat(graphs).hasSize(1);
  }

  @Test
  @TensorFlowCase(
      "saver_test.SaverTest"
          + ".testNoAdditionalOpsAddedBySaverForResourceVariablesOutsideSaveScope")
  void allOperationsOfASaverAreInItsScope() {
    try (ValueGraph values = new ValueGraph()) {
      values.resource("v0", values.tf.constant(1f));
      Set<String> before = names(values);
      values.saver().build();
      Set<String> added = names(values);
      added.removeAll(before);
      assertThat(added).isNotEmpty().allMatch(name -> name.startsWith("save/"));
      before = names(values);
      values.saver().build();
      added = names(values);
      added.removeAll(before);
      assertThat(added).isNotEmpty().allMatch(name -> name.startsWith("save_1/"));
    }
  }

  private static Set<String> names(ValueGraph values) {
    Set<String> names = new HashSet<>();
    values.graph.operations().forEachRemaining(operation -> names.add(operation.name()));
    return names;
  }

  @Test
  @TensorFlowCase(
      value = "saver_test.SaverTest.testSaveCopyRestoreWithSaveRelativePaths",
      partly = NO_TABLES)
  void aMovedFolderKeepsItsCheckpoints() throws IOException {
    Path first = folder.resolve("save_dir1");
    Path second = folder.resolve("save_dir2");
    try (ValueGraph saved = graph(false, 10, 20).initialize();
        ValueGraph restored = graph(false, -1, -1)) {
      Saver saver = saved.saver().saveRelativePaths(true).build();
      saver.save(saved.session, first.resolve("save_copy_restore"));
      assertThat(CheckpointState.latestCheckpoint(first))
          .contains(first.resolve("save_copy_restore"));
      Files.move(first, second);
      Path path = second.resolve("save_copy_restore");
      assertThat(CheckpointState.latestCheckpoint(second)).contains(path);
      restored.saver().build().restore(restored.session, path);
      assertHolds(restored, 10, 20);
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testFilenameTensor")
  void theFilenameIsTheDefaultOfTheGraph() {
    try (ValueGraph values = graph(false, 0, 0)) {
      Saver saver = values.saver().filename("somerandomfilename").build();
      try (var result =
          values.session.runner().fetch(saver.saverDef().getFilenameTensorName()).run()) {
        assertThat(((TString) result.get(0)).getObject()).isEqualTo("somerandomfilename");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CheckpointFormatVersion.class,
      names = {"V1", "V2"})
  @TensorFlowCase("saver_test.SaverTest.testInvalidPath")
  void aMissingCheckpointIsNamed(CheckpointFormatVersion version) {
    try (ValueGraph values = graph(false, 0, 0)) {
      Saver saver = values.saver().writeVersion(version).build();
      assertThatThrownBy(() -> saver.restore(values.session, folder.resolve("invalid path")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("checkpoint not found")
          .hasMessageContaining("invalid path");
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testInt64")
  void anInt64IsRestored() throws IOException {
    Path path = folder.resolve("int64");
    try (ValueGraph saved = new ValueGraph();
        ValueGraph restored = new ValueGraph()) {
      saved.variable("v", saved.tf.constant(15L)).initialize();
      saved.saver().build().save(saved.session, path);
      restored.variable("v", restored.tf.constant(-1L));
      assertThatThrownBy(() -> restored.number("v"))
          .isInstanceOf(TensorFlowException.class)
          .hasMessageContaining("uninitialized value v");
      restored.saver().build().restore(restored.session, path);
      assertThat(restored.number("v")).isEqualTo(15);
    }
  }

  @Test
  @TensorFlowCase(value = "saver_test.SaverTest.testSameName", partly = NO_TABLES)
  void aVariableUnderTwoNamesIsRefused() {
    try (ValueGraph values = graph(false, 10, 20)) {
      var v0 = values.variables.get("v0");
      assertThatThrownBy(() -> Saver.builder(values.tf, Map.of("v0", v0, "v0too", v0)).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("v0 as v0 and as v0too");
      assertThat(values.saver().build().variables()).containsOnlyKeys("v0", "v1");
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testCacheRereadsFile")
  void aReplacedCheckpointIsReadAnew() throws IOException {
    Path path = folder.resolve("cache_rereads");
    saveAndLoad("var0", 0f, 1f, path);
    saveAndLoad("var1", 1.1f, 2.2f, path);
  }

  private static void saveAndLoad(String name, float value, float other, Path path)
      throws IOException {
    try (ValueGraph saved = new ValueGraph();
        ValueGraph loaded = new ValueGraph()) {
      saved.resource(name, saved.tf.constant(value)).initialize();
      assertThat(saved.saver().build().save(saved.session, path)).isEqualTo(path);
      loaded.resource(name, loaded.tf.constant(other));
      loaded.saver().build().restore(loaded.session, path);
      assertThat(loaded.floats(name)).containsExactly(value);
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testAllowEmpty")
  void aSaverOfNoVariablesDoesNothing() throws IOException {
    Path path = folder.resolve("allow_empty");
    try (ValueGraph values = new ValueGraph()) {
      Saver saver = values.saver().allowEmpty(true).build();
      assertThat(saver.save(values.session, path)).isNull();
      saver.restore(values.session, path);
      assertThat(CheckpointReader.exists(path)).isFalse();
      assertThatThrownBy(saver::saverDef).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("saver_test.SaverTest.testReshape")
  void anotherShapeIsRestoredOnRequest(boolean resource) throws IOException {
    Path path = folder.resolve("variables_reshape");
    float[][] rows = {{1, 2, 3}, {4, 5, 6}};
    float[][] zeros = new float[3][2];
    try (ValueGraph saved = new ValueGraph();
        ValueGraph loaded = new ValueGraph()) {
      var stored = saved.tf.constant(StdArrays.ndCopyOf(rows));
      saved.variable("Variable", stored).initialize();
      saved.saver().build().save(saved.session, path);
      var zero = loaded.tf.constant(StdArrays.ndCopyOf(zeros));
      if (resource) {
        loaded.resource("Variable", zero);
      } else {
        loaded.variable("Variable", zero);
      }
      assertThatThrownBy(() -> loaded.saver().build().restore(loaded.session, path))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("Variable is float[3, 2] in the graph and float[2, 3] in the file");
      loaded.saver().reshape(true).build().restore(loaded.session, path);
      assertThat(loaded.floats("Variable")).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testSaveWithGlobalStep")
  @TensorFlowCase("saver_test.SaverTest.testSaveWithGlobalStepWithPadding")
  void theStepIsPartOfThePath() throws IOException {
    Path path = folder.resolve("ckpt_with_global_step");
    try (ValueGraph values = new ValueGraph()) {
      values.resource("var0", values.tf.constant(1f)).initialize();
      assertThat(values.saver().build().save(values.session, path, 5))
          .isEqualTo(folder.resolve("ckpt_with_global_step-5"));
      assertThat(values.saver().padStepNumber(true).build().save(values.session, path, 5))
          .isEqualTo(folder.resolve("ckpt_with_global_step-00000005"));
      assertThatThrownBy(() -> SaveOptions.builder().globalStep(-1))
          .hasMessageContaining("0 or more, found -1");
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testSaveToNonexistingPath")
  @TensorFlowCase("saver_test.SaverTest.testSaveToURI")
  void missingFoldersAreMadeAndAFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("actually_a_file"), "");
    try (ValueGraph values = graph(false, 10, 20).initialize()) {
      Saver saver = values.saver().build();
      for (String path :
          List.of("nonexisting_dir/path", "other_nonexisting_dir/path1/path2", "uri")) {
        Path saved = saver.save(values.session, Path.of(folder.resolve(path).toUri()));
        saver.restore(values.session, saved);
        assertHolds(values, 10, 20);
      }
      assertThatThrownBy(() -> saver.save(values.session, file.resolve("path")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  @TensorFlowCase("saver_test.SaverTest.testSaveRestoreAndValidateVariableDtype")
  @TensorFlowCase(
      "saver_test.CheckpointableCompatibilityTests.testGraphChangedForRestoreErrorRaised")
  @TensorFlowCase("saver_test.CheckpointableCompatibilityTests.testVariableNotFoundErrorRaised")
  void anotherTypeShapeOrNameIsNamed() throws IOException {
    Path path = folder.resolve("basic_save_restore");
    for (boolean resource : new boolean[] {false, true}) {
      try (ValueGraph saved = graph(resource, 10, 20).initialize();
          ValueGraph other = new ValueGraph()) {
        saved.saver().build().save(saved.session, path);
        other.variable("v0", other.tf.constant(1));
        other.variable("v1", other.tf.constant(new float[] {1, 2}));
        other.variable("v2", other.tf.constant(1f));
        assertThatThrownBy(() -> other.saver().build().restore(other.session, path))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining("v0 is int32[] in the graph and float[] in the file")
            .hasMessageContaining("v1 is float[2] in the graph and float[] in the file")
            .hasMessageContaining("missing in the file: v2");
      }
    }
  }

  @Test
  @TensorFlowCase(
      value = "saver_test.SaverTest.testRestoreLargeTensors",
      partly = "with 64 MiB, since 2 GiB would take the machine's memory")
  void aLargeTensorIsRestored() throws IOException {
    Path path = folder.resolve("large");
    Shape shape = Shape.of(1 << 12, 1 << 12);
    try (ValueGraph saved = new ValueGraph();
        ValueGraph loaded = new ValueGraph()) {
      saved.variable("small_v", saved.tf.constant(1f));
      saved.variable("large_v", saved.tf.fill(saved.tf.constant(shape), saved.tf.constant(2f)));
      saved.initialize().saver().build().save(saved.session, path);
      loaded.variable("small_v", loaded.tf.constant(0f));
      loaded.variable("large_v", loaded.tf.zeros(loaded.tf.constant(shape), TFloat32.class));
      loaded.saver().build().restore(loaded.session, path);
      assertThat(loaded.floats("small_v")).containsExactly(1);
      float[] large = loaded.floats("large_v");
      assertThat(large).hasSize(1 << 24);
      assertThat(large[0] + large[large.length - 1]).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("saver_test.SaveRestoreWithVariableNameMap.testNonReshapeVariable")
  @TensorFlowCase("saver_test.SaveRestoreWithVariableNameMap.testNonReshapeResourceVariable")
  void namesInTheFileMayBeOthers(boolean resource) throws IOException {
    Path path = folder.resolve("non_reshape");
    try (ValueGraph saved = graph(resource, 10, 20).initialize();
        ValueGraph restored = new ValueGraph()) {
      renamed(saved, "v0", "v1").build().save(saved.session, path);
      assertThatThrownBy(() -> saved.saver().build().restore(saved.session, path))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("missing in the file: v0, v1");
      for (String name : List.of("restore_prefix/v0", "restore_prefix/v1")) {
        if (resource) {
          restored.resource(name, restored.tf.constant(-1f));
        } else {
          restored.variable(name, restored.tf.constant(-1f));
        }
      }
      renamed(restored, "restore_prefix/v0", "restore_prefix/v1")
          .build()
          .restore(restored.session, path);
      assertThat(restored.floats("restore_prefix/v0")).containsExactly(10);
      assertThat(restored.floats("restore_prefix/v1")).containsExactly(20);
    }
  }

  private static Saver.Builder renamed(ValueGraph values, String v0, String v1) {
    return Saver.builder(
        values.tf,
        Map.of(
            "save_prefix/v0",
            values.variables.get(v0),
            "save_prefix/v1",
            values.variables.get(v1)));
  }

  @ParameterizedTest
  @EnumSource(
      value = CheckpointFormatVersion.class,
      names = {"V1", "V2"})
  @TensorFlowCase("saver_test.CheckpointReaderTest.testDebugString")
  @TensorFlowCase("saver_test.CheckpointReaderForV2Test.testDebugString")
  @TensorFlowCase("saver_test.CheckpointReaderTest.testNonexistentPath")
  @TensorFlowCase("saver_test.CheckpointReaderForV2Test.testNonexistentPath")
  void aReaderListsAndReadsTensors(CheckpointFormatVersion version) throws IOException {
    Path path = folder.resolve("ckpt_for_debug_string");
    try (ValueGraph values = new ValueGraph()) {
      float[] six = {1, 2, 3, 4, 5, 6};
      values.variable("v0", values.tf.reshape(values.tf.constant(six), values.tf.array(2, 3)));
      values.variable("v1", values.tf.reshape(values.tf.constant(six), values.tf.array(3, 2, 1)));
      values.initialize().saver().writeVersion(version).build().save(values.session, path);
      CheckpointReader reader = CheckpointReader.open(path);
      assertThat(reader.hasTensor("v0")).isTrue();
      assertThat(reader.tensors().get("v0").typeAndShape()).isEqualTo("float[2, 3]");
      assertThat(reader.tensors().get("v1").typeAndShape()).isEqualTo("float[3, 2, 1]");
      assertThat(reader.readFloats("v0")).containsExactly(six);
      assertThat(reader.readFloats("v1")).containsExactly(six);
      assertThatThrownBy(() -> reader.readFloats("v3"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("has no tensor named v3");
      assertThatThrownBy(() -> CheckpointReader.open(folder.resolve("non-existent")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("checkpoint not found");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CheckpointFormatVersion.class,
      names = {"V1", "V2"})
  @TensorFlowCase(value = "saver_test.SaveRestoreShardedTest.testBasics", partly = NO_TABLES)
  @TensorFlowCase(value = "saver_test.SaveRestoreShardedTestV2.testBasics", partly = NO_TABLES)
  @TensorFlowCase("saver_test.SaveRestoreShardedTest.testSaverDef")
  @TensorFlowCase("saver_test.SaveRestoreShardedTestV2.testSaverDef")
  void shardsAreWrittenByDeviceAndReadOneByOneAndTogether(CheckpointFormatVersion version)
      throws IOException {
    Path path = folder.resolve("sharded_basics");
    boolean v1 = version == CheckpointFormatVersion.V1;
    Path all = v1 ? folder.resolve("sharded_basics-?????-of-00002") : path;
    try (ValueGraph saved = sharded(10, 20).initialize();
        ValueGraph restored = sharded(111, 222).initialize()) {
      Saver saver = saved.saver().sharded(true).writeVersion(version).build();
      assertThat(saver.saverDef().getSharded()).isTrue();
      assertThat(saver.save(saved.session, path)).isEqualTo(all);
      assertThat(folder.resolve("sharded_basics.meta")).exists();
      for (int shard = 0; v1 && shard < 2; shard++) {
        String name = "v" + shard;
        Saver one =
            Saver.builder(restored.tf, Map.of(name, restored.variables.get(name)))
                .sharded(true)
                .writeVersion(version)
                .build();
        one.restore(restored.session, folder.resolve("sharded_basics-0000" + shard + "-of-00002"));
        assertThat(restored.number(name)).isEqualTo(shard == 0 ? 10 : 20);
      }
      restored.initialize();
      Saver reader = restored.saver().sharded(true).writeVersion(version).build();
      reader.restore(restored.session, v1 ? folder.resolve("sharded_basics-?????-of-?????") : path);
      assertThat(restored.number("v0")).isEqualTo(10);
      assertThat(restored.number("v1")).isEqualTo(20);
      assertThat(CheckpointState.latestCheckpoint(folder)).contains(all);
    }
  }

  private static ValueGraph sharded(int v0, int v1) {
    ValueGraph values = new ValueGraph();
    return values
        .variable("v0", values.tf.constant(v0), "/cpu:0")
        .variable("v1", values.tf.constant(v1), "/cpu:1");
  }

  @Test
  void aDefinitionOfOperationsThatTheGraphLacksIsRefused() {
    try (ValueGraph values = graph(false, 1, 2);
        ValueGraph other = new ValueGraph()) {
      var def = values.saver().build().saverDef();
      assertThatThrownBy(() -> Saver.of(other.graph, def))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("save/Const:0");
    }
  }
}
