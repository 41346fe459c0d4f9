package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All workloads, and the choice among them. */
final class Workloads {
  /** The group of the start-up times; see {@link StartUp}. */
  static final String START_UP = "start-up";

  static final Network ANNA =
      new Network(Network.Input.ONE_HOT, 83, 83, 512, 2, 100, 100, 0.5f, 5f, 0.001f);
  static final Network ANNA_ONE_LAYER =
      new Network(Network.Input.ONE_HOT, 83, 83, 512, 1, 100, 100, 0.5f, 5f, 0.001f);
  static final Network SHAKESPEARE =
      new Network(Network.Input.EMBEDDING, 40, 40, 128, 3, 100, 50, 1f, 4.5f, 0.0005f);
  static final Network MNIST =
      new Network(Network.Input.ROWS, 28, 10, 256, 2, 128, 28, 0.5f, 0f, 0.001f);

  /** Rows and columns of the matrices of the reference product. */
  static final int PRODUCT_SIZE = 2048;

  private Workloads() {}

  /** All workloads except the start-up times. */
  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.add(train("anna", "Anna Karenina, 2 layers of 512, batch 100 x 100", ANNA));
    all.add(train("anna-1", "Anna Karenina, 1 layer of 512, batch 100 x 100", ANNA_ONE_LAYER));
    all.add(
        train(
            "shakespeare", "Shakespeare, embedding, 3 layers of 128, batch 100 x 50", SHAKESPEARE));
    all.add(train("mnist", "MNIST by rows, 2 layers of 256, batch 128 x 28", MNIST));
    all.add(
        new Workload(
            "sample",
            "sample",
            "Sampling, 2 layers of 512, one text",
            new Task(Task.Kind.SAMPLE, ANNA.withBatch(1).withSteps(1)),
            false));
    for (int steps : new int[] {50, 100, 200, 400, 800}) {
      all.add(growth("steps", steps, ANNA.withSteps(steps)));
    }
    for (int batch : new int[] {1, 20, 100, 200}) {
      all.add(growth("batch", batch, ANNA.withBatch(batch)));
    }
    for (int units : new int[] {128, 256, 512, 1024}) {
      all.add(growth("units", units, ANNA.withUnits(units)));
    }
    return all;
  }

  private static Workload train(String name, String title, Network network) {
    return new Workload(name, name, title, new Task(Task.Kind.TRAIN, network), false);
  }

  private static Workload growth(String what, int size, Network network) {
    return new Workload(
        what + "-" + size, what, what + " = " + size, new Task(Task.Kind.TRAIN, network), true);
  }

  /** Every name that {@code --only} takes, groups first where they differ from their members. */
  static Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    all().forEach(workload -> names.add(workload.group()));
    names.add(START_UP);
    all().forEach(workload -> names.add(workload.name()));
    return names;
  }

  /**
   * The workloads of some names or groups, in the order of {@link #all}.
   *
   * @throws IllegalArgumentException for an unknown name; the message lists the names
   */
  static List<Workload> named(List<String> names) {
    for (String name : names) {
      if (!names().contains(name)) {
        throw new IllegalArgumentException(
            "--only: there is no workload '" + name + "'; there are " + String.join(", ", names()));
      }
    }
    return all().stream()
        .filter(each -> names.contains(each.name()) || names.contains(each.group()))
        .toList();
  }
}
