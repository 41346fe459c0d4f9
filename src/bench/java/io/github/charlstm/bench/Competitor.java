package io.github.charlstm.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A contender in one workload: its process, and what it has done so far. */
final class Competitor implements AutoCloseable {
  // Building a graph of 800 unrolled steps takes minutes.
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final int MOST_STEPS = 50;

  /**
   * How many steps each contender runs.
   *
   * @param rounds number of turns
   * @param steps minimum number of steps in a turn
   * @param warmUp steps that are not measured, before the first that is
   * @param turnSeconds minimum duration of a turn, so that short steps are measured often enough
   */
  record Plan(int rounds, int steps, int warmUp, double turnSeconds) {}

  private final Contender contender;
  private final Task task;
  private final boolean stays;
  private final Plan plan;
  private final List<List<Double>> rounds = new ArrayList<>();
  private Optional<ContenderProcess> process = Optional.empty();
  private Optional<String> failure;
  private String description = "";
  private OptionalDouble loss = OptionalDouble.empty();
  private OptionalLong memory = OptionalLong.empty();
  private int stepsOfTurn;

  /**
   * @param stays whether one process does all rounds; otherwise each turn starts a process, so that
   *     only one large process is in memory at a time
   */
  Competitor(Contender contender, Task task, boolean stays, Plan plan) {
    this.contender = contender;
    this.task = task;
    this.stays = stays;
    this.plan = plan;
    failure = contender.missing();
  }

  /** Starts the process, if it does all rounds. */
  void prepare() throws InterruptedException {
    if (stays && failure.isEmpty()) {
      attempt(this::start);
    }
  }

  /** Runs one turn. */
  void turn() throws InterruptedException {
    if (failure.isPresent()) {
      return;
    }
    attempt(
        () -> {
          if (!stays) {
            start();
          }
          Protocol.Steps done = process.orElseThrow().run(stepsOfTurn);
          if (task.kind() == Task.Kind.TRAIN) {
            requireFinite(done.loss());
            loss = OptionalDouble.of(done.loss());
          }
          rounds.add(done.seconds());
          if (!stays) {
            end();
          }
        });
  }

  /** Ends the process after the last round. */
  void finish() throws InterruptedException {
    if (process.isPresent()) {
      attempt(this::end);
    }
  }

  Outcome outcome() {
    return new Outcome(
        contender.name(), contender.title(), description, rounds, loss, memory, failure);
  }

  @Override
  public void close() {
    process.ifPresent(ContenderProcess::close);
    process = Optional.empty();
  }

  private void start() throws ContenderProcess.Lost, IOException, InterruptedException {
    List<String> command = new ArrayList<>(contender.command());
    command.addAll(task.words());
    process = Optional.of(new ContenderProcess(command, contender.environment(), PATIENCE));
    description = process.get().awaitReady();
    Protocol.Steps warm = process.get().run(plan.warmUp());
    double last = warm.seconds().get(warm.seconds().size() - 1);
    int enough = (int) Math.ceil(plan.turnSeconds() / last);
    stepsOfTurn = Math.max(plan.steps(), Math.min(enough, MOST_STEPS));
  }

  private void end() throws ContenderProcess.Lost, InterruptedException {
    OptionalLong peak = process.orElseThrow().memory().bytes();
    if (peak.isPresent()) {
      memory = OptionalLong.of(Math.max(memory.orElse(0), peak.getAsLong()));
    }
    close();
  }

  // Arithmetic with NaN takes another time than arithmetic with numbers.
  private static void requireFinite(double loss) throws ContenderProcess.Lost {
    if (!Double.isFinite(loss)) {
      throw new ContenderProcess.Lost("its loss is " + loss);
    }
  }

  private interface Action {
    void run() throws ContenderProcess.Lost, IOException, InterruptedException;
  }

  private void attempt(Action action) throws InterruptedException {
    try {
      action.run();
    } catch (ContenderProcess.Lost | IOException e) {
      failure = Optional.of(e.getMessage());
      close();
    }
  }
}
