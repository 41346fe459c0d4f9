package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.CharRnn;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.ShakespeareLstm;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator.End;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A text generated in chunks is the text generated one symbol per call. */
@Tag("slow")
class TextGeneratorTest {
  private static final String SYMBOLS = "abcdefghijk ";
  private static final Vocabulary CHARACTERS = Vocabulary.of(SYMBOLS);
  private static final String PRIME = "cab a";
  private static final int LENGTH = 120;
  private static final int V = CHARACTERS.size();

  static Stream<ModelSettings> models() {
    return Stream.of(
        CharLstm.Settings.of(V).withLstmSize(9).withNumLayers(2),
        CharLstm.Settings.of(V).withLstmSize(184).withNumLayers(2), // products that are cut
        CharLstm.Settings.of(V).withLstmSize(8).withNumLayers(1).withAsPrinted(true),
        CharRnn.Settings.of(V)
            .withRnnSize(9)
            .withNumLayers(2)
            .withCell(CharRnn.Cell.BASIC_LSTM_CELL),
        CharRnn.Settings.of(V).withRnnSize(8).withNumLayers(2).withCell(CharRnn.Cell.GRU_CELL),
        CharRnn.Settings.of(V)
            .withRnnSize(7)
            .withNumLayers(1)
            .withCell(CharRnn.Cell.BASIC_RNN_CELL),
        ShakespeareLstm.Settings.of(V).withRnnSize(9).withNumLayers(3),
        ShakespeareLstm.Settings.of(V).withRnnSize(8).withNumLayers(2).withSharedCell(true),
        ShakespeareLstm.Settings.of(V).withRnnSize(7).withNumLayers(1));
  }

  // GraphSamplerTest covers the policies; this is about the loop.
  private static final List<NextSymbolPolicy> POLICIES =
      List.of(new TopN(), TopN.all(), new Greedy(), new Temperature(1.6, new TopN(5)));

  @ParameterizedTest
  @MethodSource("models")
  void everyPolicyGeneratesTheSameTextInChunksAndOneByOne(ModelSettings settings) {
    try (LanguageModelSession session = trained(settings)) {
      for (NextSymbolPolicy policy : POLICIES) {
        String expected = text(new OneByOne(session), CHARACTERS, policy, 64);
        assertThat(expected).hasSize(LENGTH);
        for (int chunk : new int[] {1, 7, 64}) {
          Counted counted = new Counted(session);
          assertThat(text(counted, CHARACTERS, policy, chunk))
              .as("%s, chunks of %d", policy, chunk)
              .isEqualTo(expected);
          assertThat(counted.symbols).isEqualTo(LENGTH);
          assertThat(counted.largest).isEqualTo(chunk);
        }
      }
    }
  }

  @Test
  void aTextEndsBeforeTheUnknownInAnyChunk() {
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of("abcdefghijk"));
    assertThat(vocabulary.size()).isEqualTo(V);
    try (LanguageModelSession session =
        trained(ShakespeareLstm.Settings.of(V).withRnnSize(9).withNumLayers(1))) {
      Temperature policy = new Temperature(2);
      String expected = text(new OneByOne(session), vocabulary, policy, 64);
      assertThat(expected.length()).isBetween(1, LENGTH - 1);
      for (int chunk : new int[] {1, 7, 64}) {
        assertThat(text(session, vocabulary, policy, chunk)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aDocumentIsReadFromItsMarkOnAndEndsBeforeTheNextInAnyChunk() {
    Vocabulary vocabulary = Vocabulary.of("abcdefghijk").withDocumentMark();
    int mark = vocabulary.documentMark().orElseThrow();
    assertThat(vocabulary.size()).isEqualTo(V);
    try (LanguageModelSession session =
        trained(CharRnn.Settings.of(V).withRnnSize(9).withNumLayers(1))) {
      NextSymbolPolicy policy = Except.unknown(vocabulary, new Temperature(2));
      for (String prime : List.of("", "cab")) {
        Random random = new Random(11);
        StringBuilder expected = new StringBuilder();
        session.resetState();
        float[] next = session.predictNext(mark);
        for (int symbol : prime.isEmpty() ? new int[0] : vocabulary.encode(prime)) {
          next = session.predictNext(symbol);
        }
        for (int s = policy.next(next, random); s != mark; s = policy.next(next, random)) {
          expected.append(vocabulary.symbol(s));
          next = session.predictNext(s);
        }
        assertThat(expected.length()).isBetween(1, LENGTH - 1);
        assertThat(text(prime, new OneByOne(session), vocabulary, policy, 64))
            .isEqualTo(expected.toString());
        for (int chunk : new int[] {1, 7, 64}) {
          assertThat(text(prime, session, vocabulary, policy, chunk))
              .isEqualTo(expected.toString());
        }
      }
      assertThat(
              new TextGenerator(session, vocabulary)
                  .generate("", LENGTH, policy, new Random(11), text -> {})
                  .end())
          .isEqualTo(End.DOCUMENT);
    }
  }

  @Test
  void aFirstWordOfADocumentHasNoSpaceBeforeIt() {
    Vocabulary words = Vocabulary.ofSymbols(List.of("to", "be", "or")).withDocumentMark();
    String text =
        new TextGenerator(new Chain(4, 1, true), words)
            .continued("", 5, new Except(Set.of(3), new Greedy()), null);
    assertThat(text).matches("(to|be|or)( (to|be|or)){4}");
  }

  @Test
  void aPrimeThatEndsWithTheUnknownIsContinued() {
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of("abcdefghijk"));
    try (LanguageModelSession session =
        trained(ShakespeareLstm.Settings.of(V).withRnnSize(9).withNumLayers(1))) {
      NextSymbolPolicy policy = Except.unknown(vocabulary, new TopN());
      String expected = text("cab?", new OneByOne(session), vocabulary, policy, 64);
      assertThat(expected).hasSize(LENGTH);
      for (int chunk : new int[] {1, 7, 64}) {
        assertThat(text("cab?", session, vocabulary, policy, chunk)).isEqualTo(expected);
      }
      assertThat(text("cab?", session, vocabulary, new TopN(1), 7))
          .isEqualTo(text("cab?", new OneByOne(session), vocabulary, new TopN(1), 7));
    }
  }

  @Test
  void aPolicyOfTheUserIsCalledForEachSymbol() {
    NextSymbolPolicy last = (probabilities, random) -> probabilities.length - 1;
    try (LanguageModelSession session =
        trained(CharLstm.Settings.of(V).withLstmSize(5).withNumLayers(1))) {
      Counted counted = new Counted(session);
      assertThat(text(counted, CHARACTERS, last, 64)).isEqualTo("k".repeat(LENGTH));
      assertThat(counted.symbols).isZero();
    }
  }

  @Test
  void aDivergedModelFailsInChunksAsOneByOne() {
    CharRnn.Settings settings =
        CharRnn.Settings.of(V).withRnnSize(5).withNumLayers(1).withCell(CharRnn.Cell.GRU_CELL);
    try (LanguageModelSession session = trained(settings, Float.NaN)) {
      for (NextSymbolPolicy policy : POLICIES) {
        assertThatThrownBy(() -> text(session, CHARACTERS, policy, 64))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("found NaN for symbol 0 of " + V);
      }
    }
  }

  @Test
  void aLengthOfZeroGeneratesNothing() {
    try (LanguageModelSession session =
        trained(CharLstm.Settings.of(V).withLstmSize(5).withNumLayers(1))) {
      new TextGenerator(session, CHARACTERS)
          .generate("a", 0, new TopN(), null, text -> Assertions.fail("wrote " + text));
    }
  }

  private static LanguageModelSession trained(ModelSettings settings) {
    return trained(settings, 0.05f);
  }

  /** Trained a little, so that probabilities differ. */
  private static LanguageModelSession trained(ModelSettings settings, float learningRate) {
    LanguageModelSession sampling = LanguageModelSession.inference(settings, 1, 1);
    try (LanguageModelSession session =
        LanguageModelSession.training(settings, 2, 6, new TrainingOptions(0.05f, 5f, 3))) {
      session.initialize();
      session.setLearningRate(learningRate);
      for (int k = 0; k < 20; k++) {
        session.trainStep(
            new TrainingBatches.Batch(
                new int[] {1, 2, 3, 0, 4, 5, 6, 7, 8, 9, 10, 11},
                new int[] {2, 3, 0, 4, 5, 1, 7, 8, 9, 10, 11, 6}),
            KeepProbs.ALL);
      }
      session.copyVariables(sampling);
    }
    return sampling;
  }

  private static String text(
      NextSymbolModel model, Vocabulary vocabulary, NextSymbolPolicy policy, int chunk) {
    return text(vocabulary.knows(PRIME) ? PRIME : "cab", model, vocabulary, policy, chunk);
  }

  private static String text(
      String prime,
      NextSymbolModel model,
      Vocabulary vocabulary,
      NextSymbolPolicy policy,
      int chunk) {
    StringBuilder text = new StringBuilder();
    new TextGenerator(model, vocabulary, List.of(), chunk)
        .generate(prime, LENGTH, policy, new Random(11), text::append);
    return text.toString();
  }

  /** A model that does not generate in its graph, only one symbol per call. */
  private static class OneByOne implements NextSymbolModel {
    final NextSymbolModel model;

    OneByOne(NextSymbolModel model) {
      this.model = model;
    }

    @Override
    public void resetState() {
      model.resetState();
    }

    @Override
    public float[] predictNext(int symbol) {
      return model.predictNext(symbol);
    }

    @Override
    public void close() {}
  }

  /** Counts the symbols that a model generates in its graph. */
  private static final class Counted extends OneByOne {
    private int symbols;
    private int largest;

    Counted(NextSymbolModel model) {
      super(model);
    }

    @Override
    public boolean generates(NextSymbolPolicy policy) {
      return model.generates(policy);
    }

    @Override
    public GeneratedSymbols generate(
        int symbol, NextSymbolPolicy policy, OptionalInt stop, double[] uniforms) {
      GeneratedSymbols generated = model.generate(symbol, policy, stop, uniforms);
      symbols += generated.symbols().length;
      largest = Math.max(largest, uniforms.length);
      return generated;
    }
  }
}
