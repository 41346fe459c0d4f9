package io.github.charlstm.recipe;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.sample.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.sample.TopN;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a run's newest checkpoint writes. The same checkpoint always writes the same. */
final class Samples implements AutoCloseable {
  private final Vocabulary vocabulary;
  private final long seed;
  private final LanguageModelSession session;

  private Samples(TrainingCheckpoint checkpoint) {
    vocabulary = checkpoint.vocabulary();
    seed = checkpoint.settings().training().seed();
    session = LanguageModelSession.inference(checkpoint.settings().model(), 1, 1);
    try {
      session.restore(checkpoint.variables());
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  static Samples of(Path run) {
    return new Samples(TrainingCheckpoint.open(run));
  }

  /** Each of the primes that the vocabulary knows, gone on with greedily. */
  List<String> greedy(List<String> primes, int length) {
    List<String> texts = new ArrayList<>();
    for (String prime : primes) {
      if (vocabulary.knows(prime)) {
        texts.add(write(prime, length, new Greedy()));
      }
    }
    return texts;
  }

  /**
   * Longer texts, each symbol drawn from the likeliest four: after the first of the primes, or
   * after each of them by word, where a text ends at the first word that the vocabulary does not
   * know.
   */
  List<String> drawn(List<String> primes, int length) {
    return primes.stream()
        .filter(vocabulary::knows)
        .limit(vocabulary.separator().isEmpty() ? 1 : primes.size())
        .map(prime -> write(prime, length, new TopN()))
        .toList();
  }

  private String write(String prime, int length, NextSymbolPolicy policy) {
    StringBuilder text = new StringBuilder(prime);
    new TextGenerator(session, vocabulary)
        .generate(prime, length, policy, new Random(seed), text::append);
    return text.toString();
  }

  @Override
  public void close() {
    session.close();
  }
}
