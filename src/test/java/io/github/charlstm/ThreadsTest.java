package io.github.charlstm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.Fixture;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads at one model. */
class ThreadsTest {
  private static final int THREADS = 8;
  private static final Vocabulary SYMBOLS = Vocabulary.of("abcdefghijk ");

  /** Calls an action many times in all threads at once; a call may be rejected. */
  private static void stress(int calls, Runnable action) throws Exception {
    inThreads(
        () -> {
          for (int k = 0; k < calls; k++) {
            try {
              action.run();
            } catch (ConcurrentModificationException e) {
              assertThat(e).hasMessageContaining("in use by another thread");
            }
          }
          return null;
        });
  }

  /** Runs an action in another thread until it waits in a call; then tries a call in this one. */
  private static void assertRejectedDuring(Consumer<Runnable> inside, Runnable call)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Thread other =
        new Thread(
            () ->
                inside.accept(
                    () -> {
                      begun.countDown();
                      await(done);
                    }));
    other.start();
    await(begun);
    try {
      assertThatThrownBy(call::run)
          .isInstanceOf(ConcurrentModificationException.class)
          .hasMessageContaining("in use by another thread");
    } finally {
      done.countDown();
      other.join();
    }
    call.run();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> List<T> inThreads(Callable<T> action) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CountDownLatch start = new CountDownLatch(THREADS);
      List<Future<T>> futures = new ArrayList<>();
      for (int k = 0; k < THREADS; k++) {
        futures.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return action.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static int waited(Runnable wait) {
    wait.run();
    return 0;
  }

  private static LanguageModelSession session() {
    LanguageModelSession session =
        LanguageModelSession.inference(
            CharLstm.Settings.of(SYMBOLS.size()).withLstmSize(32).withNumLayers(2), 1, 1);
    session.initialize();
    return session;
  }

  @Test
  void aSecondThreadInASessionIsRejectedAndDoesNotEndTheProcess() throws Exception {
    try (LanguageModelSession session = session()) {
      Consumer<Runnable> inside = wait -> session.withFreshState(() -> waited(wait));
      assertRejectedDuring(inside, () -> session.predictNext(3));
      assertRejectedDuring(inside, session::resetState);
      stress(100, () -> session.predictNext(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras_stateful", "saved_model_unknown_sizes"})
  void aSecondThreadInAForeignModelIsRejectedAndDoesNotEndTheProcess(String name) throws Exception {
    try (ForeignModel model = Fixture.of(name).open()) {
      Consumer<Runnable> inside = wait -> model.crossEntropy(new int[] {1, 2}, read -> wait.run());
      assertRejectedDuring(inside, () -> model.predictNext(1));
      stress(20, () -> model.predictNext(1));
    }
  }

  @Test
  void readersOfOneSessionWriteWhatTheSessionWritesAlone() throws Exception {
    List<NextSymbolPolicy> policies =
        List.of(
            new TopN(),
            new Temperature(0.8),
            (probabilities, random) -> random.nextInt(3)); // by hand
    try (LanguageModelSession session = session()) {
      List<String> alone = texts(() -> session, policies);
      try (LanguageModelSession fresh = session()) {
        session.copyVariables(fresh); // whose loops are not in its graph yet
        List<List<String>> together =
            inThreads(
                () -> {
                  try (NextSymbolModel reader = fresh.newReader()) {
                    return texts(() -> reader, policies);
                  }
                });
        assertThat(together).hasSize(THREADS).allMatch(alone::equals);
      }
    }
  }

  @Test
  void textsOfThreadsThatShareASessionAreNeverMixed() throws Exception {
    List<NextSymbolPolicy> policies = List.of(new TopN());
    try (LanguageModelSession session = session()) {
      List<String> alone = texts(() -> session, policies);
      stress(20, () -> assertThat(texts(() -> session, policies)).isEqualTo(alone));
    }
  }

  private static List<String> texts(
      Supplier<NextSymbolModel> model, List<NextSymbolPolicy> policies) {
    TextGenerator generator = new TextGenerator(model.get(), SYMBOLS);
    List<String> texts = new ArrayList<>();
    for (NextSymbolPolicy policy : policies) {
      texts.add(generator.continued("cab", 200, policy, new Random(texts.size())));
    }
    return texts;
  }
}
