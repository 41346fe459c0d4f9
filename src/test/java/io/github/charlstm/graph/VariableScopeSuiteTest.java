package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.TensorFlowCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** TensorFlow's cases of variable_scope and get_variable. */
class VariableScopeSuiteTest {
  private static final Shape ONE = Shape.of(1);

  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(1));
  private final VariableScope root = store.rootScope();

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetVar")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testNameExists")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScopeGetOrCreateReuse")
  void aVariableIsMadeOnceAndFoundWithReuse() {
    var v = root.getVariable("v", ONE);
    assertThat(root.withReuse(Reuse.TRUE).getVariable("v", ONE)).isSameAs(v);
    assertThat(root.withReuse(Reuse.AUTO_REUSE).getVariable("v", ONE)).isSameAs(v);
    assertRejected(() -> root.getVariable("v", ONE), "v exists already");
    assertRejected(
        () -> root.withReuse(Reuse.TRUE).getVariable("w", ONE), "w of shape", "does not exist");
    var made = root.withReuse(Reuse.AUTO_REUSE).getVariable("u", ONE);
    assertThat(root.withReuse(Reuse.TRUE).getVariable("u", ONE)).isSameAs(made);
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testResource")
  @TensorFlowCase(
      value = "variable_scope_test.VariableScopeTest.testEnableResourceVariables",
      partly = "for a scope and all inside it, not for the process")
  void resourcesAreMadeInScopesThatSaySo() {
    VariableScope resources = root.child("r").withUseResource(true);
    GraphVariable<TFloat32> v = resources.getVariable("v", ONE, Initializers.constant(3));
    assertThat(v.isResource()).isTrue();
    assertThat(v.name()).isEqualTo("r/v");
    assertThat(resources.child("inner").getVariable("v", ONE).isResource()).isTrue();
    assertThat(root.getVariable("v", ONE).isResource()).isFalse();
    VariableOptions<TFloat32> own = VariableOptions.defaults().withUseResource(false);
    assertThat(resources.getVariable("own", ONE, own).isResource()).isFalse();
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(v.value())).containsExactly(3);
    runner.run(v.assignAdd(runner.tf(), runner.tf().constant(new float[] {2})));
    assertThat(runner.fetch(v.value())).containsExactly(5);
    runner.run(v.assignSub(runner.tf(), runner.tf().constant(new float[] {1})));
    assertThat(runner.fetch(v.value())).containsExactly(4);
    assertThat(resources.withReuse(Reuse.TRUE).getVariable("v", ONE)).isSameAs(v);
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScopeInitializer")
  void scopesHaveInitializersThatInnerOnesReplace() {
    VariableScope tower = root.child("tower").withInitializer(Initializers.constant(0.3));
    var w = tower.child("foo").getVariable("w", ONE);
    var inner = tower.child("bar").withInitializer(Initializers.constant(0.1));
    var v = inner.getVariable("v", ONE);
    var own = inner.getVariable("t", ONE, Initializers.constant(0.2));
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(w.value())).containsExactly(0.3f);
    assertThat(runner.fetch(v.value())).containsExactly(0.1f);
    assertThat(runner.fetch(own.value())).containsExactly(0.2f);
  }

  @Test
  @TensorFlowCase(
      value = "variable_scope_test.VariableScopeTest.testVarScopeDType",
      partly = "a variable has its own type; a scope has none")
  void variablesHaveTypes() {
    var half = root.getVariable("v", TFloat16.class, ONE);
    assertThat(half.value().type()).isEqualTo(TFloat16.class);
    assertThat(root.getVariable("w", TFloat64.class, ONE).value().type()).isEqualTo(TFloat64.class);
    assertRejected(() -> root.withReuse(Reuse.TRUE).getVariable("v", ONE), "float16", "float32");
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScopeRegularizer")
  void scopesHaveRegularizersThatVariablesReplace() {
    VariableScope tower =
        root.child("tower")
            .withInitializer(Initializers.constant(0.3))
            .withRegularizer(Regularizer.l1(0.25));
    tower.child("foo").getVariable("v", ONE);
    tower.getVariable("w", ONE, VariableOptions.defaults().withRegularizer(Regularizer.l2(0.5)));
    root.getVariable("free", ONE);
    runner.run(store.globalVariablesInitializer());
    assertThat(store.regularizationLosses()).hasSize(2);
    assertThat(runner.fetch(store.regularizationLosses().get(0))[0]).isEqualTo(0.25f * 0.3f);
    assertThat(runner.fetch(store.regularizationLosses().get(1))[0])
        .isEqualTo(0.5f * 0.3f * 0.3f / 2);
    tower.withReuse(Reuse.TRUE).child("foo").getVariable("v", ONE);
    assertThat(store.regularizationLosses()).hasSize(2);
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScopeConstraint")
  void scopesHaveConstraintsThatVariablesReplace() {
    Constraint unit = Constraint.clipByValue(0, 1);
    Constraint other = Constraint.clipByValue(-1, 1);
    VariableScope tower = root.child("tower1").withConstraint(unit);
    assertThat(tower.child("foo").getVariable("v", ONE).constraint()).containsSame(unit);
    assertThat(tower.getVariable("w", ONE).constraint()).containsSame(unit);
    VariableOptions<TFloat32> own = VariableOptions.defaults().withConstraint(other);
    assertThat(tower.getVariable("u", ONE, own).constraint()).containsSame(other);
    assertThat(root.getVariable("free", ONE).constraint()).isEmpty();
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetLocalVar")
  void localVariablesAreNeitherGlobalNorTrainable() {
    VariableScope outer = root.child("outer");
    VariableOptions<TFloat32> options =
        VariableOptions.defaults()
            .withInitializer(Initializers.constant(2))
            .withCollections(List.of("foo"));
    var w = outer.getLocalVariable("w", ONE, options);
    assertThat(w.name()).isEqualTo("outer/w");
    assertThat(w.trainable()).isFalse();
    assertThat(store.collection(VariableStore.LOCAL_VARIABLES)).containsExactly(w.value());
    assertThat(store.collection("foo")).containsExactly(w.value());
    assertThat(store.localVariables()).isEqualTo(List.of(w));
    assertThat(store.all()).isEmpty();
    assertThat(store.trainable()).isEmpty();
    assertThat(store.references()).isEmpty();
    assertThat(outer.withReuse(Reuse.TRUE).getLocalVariable("w", ONE, options)).isSameAs(w);
    assertRejected(() -> outer.getVariable("w", ONE), "exists already");
    runner.run(store.globalVariablesInitializer());
    assertThatThrownBy(() -> runner.fetch(w.value())).hasMessageContaining("uninitialized value");
    runner.run(store.localVariablesInitializer());
    assertThat(runner.fetch(w.value())).containsExactly(2);
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetLocalVariables")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetGlobalVariables")
  void aScopeListsItsOwnVariables() {
    VariableOptions<TFloat32> local =
        VariableOptions.defaults().withCollections(List.of(VariableStore.LOCAL_VARIABLES));
    VariableScope foo = root.child("foo");
    root.getVariable("a", ONE, local);
    foo.getVariable("b", ONE, local);
    foo.getVariable("c", ONE);
    root.child("foot").getVariable("d", ONE);
    assertThat(foo.localVariables()).extracting(GraphVariable::name).containsExactly("foo/b");
    assertThat(foo.globalVariables()).extracting(GraphVariable::name).containsExactly("foo/c");
    assertThat(root.localVariables()).extracting(GraphVariable::name).containsExactly("a", "foo/b");
  }

  /** Notes the names that it is asked for, and asks for another name if one is given. */
  private static final class Renamer implements CustomGetter {
    private final List<String> names = new ArrayList<>();
    private final Optional<String> forced;

    private Renamer(Optional<String> forced) {
      this.forced = forced;
    }

    @Override
    public <T extends TFloating> GraphVariable<T> get(
        Getter getter, String name, Shape shape, VariableOptions<T> options) {
      names.add(name);
      return getter.get(forced.orElse(name), shape, options);
    }
  }

  @Test
  @TensorFlowCase(
      value = "variable_scope_test.VariableScopeWithCustomGetterTest.testVariableCreator",
      partly =
          "by getters of `getVariable`; there are no creators of `tf.Variable`, nor"
              + " `synchronization` and `aggregation`, which are for distributed training")
  void anOuterGetterSeesTheNameThatAnInnerOneForced() {
    Renamer outer = new Renamer(Optional.empty());
    Renamer inner = new Renamer(Optional.of("forced_name"));
    VariableScope scope = root.withCustomGetter(outer).withCustomGetter(inner);
    assertThat(scope.getVariable("one_name", ONE).name()).isEqualTo("forced_name");
    assertThat(inner.names).containsExactly("one_name");
    assertThat(outer.names).containsExactly("forced_name");
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScope")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScopeGetVar")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarScopeObjectReuse")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetVariableScope")
  void scopesNestAndPassReuseOn() {
    VariableScope tower = root.child("root").child("tower");
    assertThat(tower.path()).isEqualTo("root/tower");
    var v = tower.getVariable("v", ONE);
    assertThat(v.name()).isEqualTo("root/tower/v");
    VariableScope shared = root.child("root").withReuse(Reuse.TRUE);
    assertThat(shared.reuse()).isEqualTo(Reuse.TRUE);
    assertThat(shared.child("tower").getVariable("v", ONE)).isSameAs(v);
    assertThat(shared.child("tower").withReuse(Reuse.FALSE).reuse()).isEqualTo(Reuse.TRUE);
    assertRejected(() -> shared.getVariable("v", Shape.of(3)), "does not exist");
    assertRejected(() -> shared.child("tower").getVariable("v", Shape.of(3)), "[1]", "shape [3]");
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarOpScope")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarOpScopeReuse")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarOpScopeReuseParam")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testVarOpScopeUniqueNamesWithJump")
  @TensorFlowCase(
      "variable_scope_test.VariableScopeTest"
          + ".testVarOpScopeUniqueNamesInterleavedSubstringScopes")
  void defaultNamesAreCounted() {
    assertThat(root.defaultChild("layer").path()).isEqualTo("layer");
    assertThat(root.defaultChild("layer").path()).isEqualTo("layer_1");
    assertThat(root.defaultChild("defaultScope1").path()).isEqualTo("defaultScope1");
    assertThat(root.child("layer_2").path()).isEqualTo("layer_2");
    assertThat(root.defaultChild("layer").path()).isEqualTo("layer_3");
    VariableScope outer = root.child("outer");
    var first = outer.defaultChild("default").getVariable("w", Shape.scalar());
    assertThat(first.name()).isEqualTo("outer/default/w");
    assertThat(outer.defaultChild("default").getVariable("w", Shape.scalar()).name())
        .isEqualTo("outer/default_1/w");
    VariableScope again = root.child("outer").withReuse(Reuse.TRUE);
    assertThat(again.defaultChild("default").getVariable("w", Shape.scalar())).isSameAs(first);
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetCollection")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetTrainableVariablesWithGetVariable")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetTrainableVariablesWithVariable")
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testGetGlobalVariables")
  void variablesAreListedByCollection() {
    VariableScope scope = root.child("testGetTrainableVariables");
    root.getVariable("testGetTrainableVariables_a", ONE);
    var b = scope.getVariable("b", ONE);
    var c =
        scope.getVariable(
            "c",
            ONE,
            VariableOptions.defaults().withTrainable(false).withCollections(List.of("mine")));
    assertThat(store.all())
        .extracting(GraphVariable::name)
        .containsExactly(
            "testGetTrainableVariables_a",
            "testGetTrainableVariables/b",
            "testGetTrainableVariables/c");
    assertThat(store.trainable())
        .extracting(GraphVariable::name)
        .containsExactly("testGetTrainableVariables_a", "testGetTrainableVariables/b");
    assertThat(store.trainable()).contains(b).doesNotContain(c);
    assertThat(store.collection("mine")).hasSize(1);
    assertThat(store.collection("other")).isEmpty();
  }

  @Test
  @TensorFlowCase("variable_scope_test.VariableScopeTest.testTwoGraphs")
  void graphsHaveTheirOwnVariables() {
    try (GraphRunner other = new GraphRunner()) {
      VariableStore second = new VariableStore(other.tf(), RandomSeeds.of(1));
      root.getVariable("v", ONE);
      second.rootScope().getVariable("v", ONE);
      assertThat(second.all()).hasSize(1);
    }
  }

  /** Passes everything on. */
  private static final class Identity implements CustomGetter {
    private int calls;

    @Override
    public <T extends TFloating> GraphVariable<T> get(
        Getter getter, String name, Shape shape, VariableOptions<T> options) {
      calls++;
      return getter.get(name, shape, options);
    }
  }

  @Test
  @TensorFlowCase(
      "variable_scope_test.VariableScopeWithCustomGetterTest"
          + ".testNoSideEffectsWithIdentityCustomGetter")
  @TensorFlowCase("variable_scope_test.VariableScopeWithCustomGetterTest.testCustomGetterWithReuse")
  void aGetterIsAskedForEachVariable() {
    Identity identity = new Identity();
    VariableScope scope = root.child("scope").withCustomGetter(identity);
    var v = scope.getVariable("v", ONE);
    assertThat(scope.withReuse(Reuse.TRUE).getVariable("v", ONE)).isSameAs(v);
    assertThat(scope.child("new_scope").getVariable("v3", ONE).name())
        .isEqualTo("scope/new_scope/v3");
    assertThat(identity.calls).isEqualTo(3);
    assertThatThrownBy(() -> scope.getVariable("v", ONE)).hasMessageContaining("exists already");
    assertThat(store.all()).hasSize(2);
  }

  /** Adds a second variable, {@code <name>/1}, to the first, {@code <name>/0}. */
  private final class Sum implements CustomGetter {
    private final String first;
    private final String second;

    private Sum(String first, String second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public <T extends TFloating> GraphVariable<T> get(
        Getter getter, String name, Shape shape, VariableOptions<T> options) {
      GraphVariable<T> a = getter.get(name + first, shape, options);
      GraphVariable<T> b = getter.get(name + second, shape, options);
      return a.withValue(runner.tf().math.add(a.value(), b.value()));
    }
  }

  @Test
  @TensorFlowCase(
      "variable_scope_test.VariableScopeWithCustomGetterTest"
          + ".testGetterThatCreatesTwoVariablesAndSumsThem")
  @TensorFlowCase("variable_scope_test.VariableScopeWithCustomGetterTest.testNestedCustomGetters")
  void gettersMakeSeveralVariablesAndNest() {
    VariableScope outer =
        root.child("scope")
            .withInitializer(Initializers.constant(1))
            .withCustomGetter(new Sum("/0", "/1"));
    VariableScope inner = outer.withCustomGetter(new Sum("/inner_0", "/inner_1"));
    var v = inner.getVariable("v", ONE);
    runner.run(store.globalVariablesInitializer());
    assertThat(store.all())
        .extracting(GraphVariable::name)
        .containsExactly(
            "scope/v/inner_0/0", "scope/v/inner_0/1", "scope/v/inner_1/0", "scope/v/inner_1/1");
    assertThat(runner.fetch(v.value())).containsExactly(4);
    assertThat(store.find("scope/v")).isEqualTo(Optional.empty());
  }
}
