package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  @Test
  void namesAreUnique() {
    assertThat(Workloads.all().stream().map(Workload::name)).doesNotHaveDuplicates();
  }

  @Test
  void aGroupSelectsItsMembers() {
    assertThat(Workloads.named(List.of("steps")).stream().map(Workload::name))
        .containsExactly("steps-50", "steps-100", "steps-200", "steps-400", "steps-800");
  }

  @Test
  void membersAndWorkloadsAreChosenByNameInTheOrderOfAll() {
    assertThat(Workloads.named(List.of("units-256", "anna")).stream().map(Workload::name))
        .containsExactly("anna", "units-256");
  }

  @Test
  void startUpIsKnownThoughItIsNoWorkloadOfContenders() {
    assertThat(Workloads.named(List.of(Workloads.START_UP))).isEmpty();
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThatThereAre() {
    assertThatThrownBy(() -> Workloads.named(List.of("anna", "karenina")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'karenina'")
        .hasMessageContaining("shakespeare")
        .hasMessageContaining("start-up");
  }
}
