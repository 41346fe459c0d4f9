package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class VariableScopeTest {
  private final GraphRunner runner = new GraphRunner();
  private final RandomSeeds seeds = RandomSeeds.of(3);
  private final VariableStore store = new VariableStore(runner.tf(), seeds);
  private final VariableScope root = store.rootScope();

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void defaultNamesAreCountedFromTheFirst() {
    VariableScope rnn = root.child("rnn");
    assertThat(rnn.defaultChild("cell").path()).isEqualTo("rnn/cell");
    assertThat(rnn.defaultChild("cell").path()).isEqualTo("rnn/cell_1");
    assertThat(rnn.defaultChild("cell").path()).isEqualTo("rnn/cell_2");
    assertThat(rnn.defaultChild("cell_1").path()).isEqualTo("rnn/cell_1_1");
    assertThat(rnn.defaultChild("other").path()).isEqualTo("rnn/other");
  }

  @Test
  void aDefaultChildOfATakenNameGetsANumber() {
    VariableScope rnn = root.child("rnn");
    rnn.child("cell");
    assertThat(rnn.child("cell").path()).isEqualTo("rnn/cell");
    assertThat(rnn.defaultChild("cell").path()).isEqualTo("rnn/cell_1");
  }

  @Test
  void aScopeThatIsEnteredAgainCountsFromZero() {
    VariableScope rnn = root.child("rnn");
    rnn.defaultChild("cell");
    assertThat(root.child("rnn").defaultChild("cell").path()).isEqualTo("rnn/cell");
    assertThat(rnn.withReuse(Reuse.TRUE).defaultChild("cell").path()).isEqualTo("rnn/cell");
    assertThat(rnn.defaultChild("cell").path()).isEqualTo("rnn/cell_1");
  }

  @Test
  void theRootIsEnteredOnceOnly() {
    assertThat(store.rootScope().defaultChild("rnn").path()).isEqualTo("rnn");
    assertThat(store.rootScope().defaultChild("rnn").path()).isEqualTo("rnn_1");
  }

  @Test
  void reuseReturnsTheExistingVariable() {
    GraphVariable<TFloat32> made = root.child("a").getVariable("w", Shape.of(2, 3));
    VariableScope again = root.child("a").withReuse(Reuse.TRUE);
    assertThat(again.getVariable("w", Shape.of(2, 3))).isSameAs(made);
    assertThat(again.getVariable("w", Shape.of(2, -1), Initializers.ones())).isSameAs(made);
    assertThat(again.getUntrainableVariable("w", Shape.of(2, 3), Initializers.zeros()))
        .isSameAs(made);
    assertThat(store.all()).hasSize(1);
  }

  @Test
  void autoReuseCreatesAVariableOnceThenReturnsIt() {
    VariableScope scope = root.child("a").withReuse(Reuse.AUTO_REUSE);
    GraphVariable<TFloat32> made = scope.child("b").getVariable("w", Shape.of(2));
    assertThat(made.name()).isEqualTo("a/b/w");
    assertThat(scope.child("b").getVariable("w", Shape.of(2))).isSameAs(made);
  }

  @Test
  void reuseIsInheritedAndCannotBeTurnedOff() {
    VariableScope reusing = root.child("a").withReuse(Reuse.TRUE);
    assertThat(root.reuse()).isEqualTo(Reuse.FALSE);
    assertThat(reusing.child("b").reuse()).isEqualTo(Reuse.TRUE);
    assertThat(reusing.defaultChild("b").reuse()).isEqualTo(Reuse.TRUE);
    assertThat(reusing.child("b").withReuse(Reuse.FALSE).reuse()).isEqualTo(Reuse.TRUE);
    assertThat(reusing.withReuse(Reuse.AUTO_REUSE).reuse()).isEqualTo(Reuse.AUTO_REUSE);
    assertThat(root.withReuse(Reuse.AUTO_REUSE).withReuse(Reuse.FALSE).reuse())
        .isEqualTo(Reuse.AUTO_REUSE);
  }

  @Test
  void unnamedVariablesAreNeverReused() {
    VariableScope scope = root.child("a").withReuse(Reuse.AUTO_REUSE);
    scope.variable(Shape.of(2), Initializers.zeros());
    assertThat(scope.variable(Shape.of(2), Initializers.zeros()).name()).isEqualTo("a/Variable_1");
  }

  @Test
  void theScopesInitializerIsInherited() {
    VariableScope ones = root.child("a").withInitializer(Initializers.ones());
    GraphVariable<TFloat32> inherited = ones.child("b").getVariable("w", Shape.of(2));
    GraphVariable<TFloat32> kept =
        ones.withReuse(Reuse.AUTO_REUSE).defaultChild("c").getVariable("w", Shape.of(1));
    GraphVariable<TFloat32> own =
        ones.child("b").getVariable("v", Shape.of(2), Initializers.constant(3f));
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(inherited.value())).containsExactly(1, 1);
    assertThat(runner.fetch(kept.value())).containsExactly(1);
    assertThat(runner.fetch(own.value())).containsExactly(3, 3);
  }

  @Test
  void withoutInitializerTheDefaultIsGlorotUniform() {
    GraphVariable<TFloat32> plain = root.getVariable("w", Shape.of(4, 5));
    runner.run(store.globalVariablesInitializer());
    float[] found = runner.fetch(plain.value());
    try (GraphRunner other = new GraphRunner()) {
      VariableStore same = new VariableStore(other.tf(), RandomSeeds.of(3));
      GraphVariable<TFloat32> glorot =
          same.rootScope().getVariable("w", Shape.of(4, 5), Initializers.glorotUniform());
      other.run(same.globalVariablesInitializer());
      assertThat(found).containsExactly(other.fetch(glorot.value()));
    }
  }

  @Test
  void untrainableVariablesAreNotTrained() {
    root.getUntrainableVariable("a", Shape.of(2), Initializers.zeros());
    GraphVariable<TFloat32> trained = root.getVariable("b", Shape.of(2));
    assertThat(store.trainable()).containsExactly(trained);
  }

  @Test
  void aScopeKnowsItsSeedsAndItsGraph() {
    assertThat(root.child("a").randomSeeds()).isSameAs(seeds).isSameAs(store.randomSeeds());
    assertThat(root.child("a").builder()).isSameAs(runner.tf());
  }

  @Test
  void clashesOfReuseAreRejected() {
    VariableScope scope = root.child("a");
    scope.getVariable("w", Shape.of(2));
    assertRejected(() -> scope.getVariable("w", Shape.of(2)), "a/w exists already", "Reuse.TRUE");
    VariableScope reusing = scope.withReuse(Reuse.TRUE);
    assertRejected(() -> reusing.getVariable("v", Shape.of(7)), "a/v", "[7]", "does not exist");
    assertRejected(
        () -> reusing.getVariable("w", Shape.of(3)), "a/w exists with shape [2]", "shape [3]");
    VariableScope auto = scope.withReuse(Reuse.AUTO_REUSE);
    assertRejected(() -> auto.getVariable("w", Shape.of(2, 1)), "a/w", "[2]", "[2, 1]");
    assertRejected(() -> auto.getVariable("v", Shape.of(-1)), "a/v", "fully known");
    assertRejected(() -> auto.getVariable("v", Shape.unknown()), "a/v", "fully known");
    store.createGlobalStep();
    assertRejected(
        () -> root.withReuse(Reuse.TRUE).getVariable("global_step", Shape.scalar()),
        "global_step",
        "int64",
        "float32");
  }

  @Test
  void thereIsOneGlobalStep() {
    store.createGlobalStep();
    assertThatThrownBy(store::createGlobalStep)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("global_step already")
        .hasMessageNotContaining("Reuse");
  }

  @Test
  void badNamesAndNullsAreRejected() {
    assertRejected(() -> root.child("a/"), "'a/'");
    assertRejected(() -> root.defaultChild(""), "''");
    assertRejected(() -> root.getVariable("/w", Shape.of(2)), "'/w'");
    assertRejected(() -> root.getVariable("a b", Shape.of(2)), "letters, digits", "'a b'");
    assertRejected(() -> root.child("_a"), "'_a'");
    assertRejected(() -> root.child("a").getVariable("w:0", Shape.of(2)), "'a/w:0'");
    assertThat(root.child("a").getVariable("_w.x-1", Shape.of(2)).name()).isEqualTo("a/_w.x-1");
    assertThatThrownBy(() -> root.withReuse(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> root.withInitializer(null)).isInstanceOf(NullPointerException.class);
  }
}
