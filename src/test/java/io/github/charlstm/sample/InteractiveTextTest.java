package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.InteractiveText.Candidate;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator.End;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InteractiveTextTest {
  private static final Vocabulary ABCD = Vocabulary.of("abcd");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCandidatesAreThoseOfTheWholeTextAfterEachStepAndEachStepBack(boolean savesStates) {
    Chain model = new Chain(4, 1, savesStates);
    Random actions = new Random(5);
    try (InteractiveText text = new InteractiveText(model, ABCD, TopN.all(), new Random(2), "ab")) {
      for (int k = 0; k < 200; k++) {
        String before = text.text();
        switch (actions.nextInt(4)) {
          case 0 -> text.pick(text.likeliest(3).get(1).symbol());
          case 1 -> text.append("dc");
          case 2 -> text.go(5);
          default -> assertThat(text.back()).isEqualTo(before.length() > 2);
        }
        assertThat(text.length()).isEqualTo(text.text().length() - 2);
        assertCandidates(text, model);
      }
      while (text.back()) {
        assertCandidates(text, model);
      }
      assertThat(text.text()).isEqualTo("ab");
    }
    assertThat(model.openStates()).isZero();
  }

  private static void assertCandidates(InteractiveText text, Chain model) {
    float[] expected = model.after(ABCD.encode(text.text()));
    List<Candidate> likeliest = text.likeliest(3);
    assertThat(likeliest).hasSize(3);
    for (Candidate candidate : likeliest) {
      assertThat(candidate.probability()).isEqualTo(expected[candidate.symbol()], within(1e-7));
      assertThat(candidate.text()).isEqualTo(ABCD.symbol(candidate.symbol()));
    }
    assertThat(likeliest.get(0).probability()).isGreaterThan(likeliest.get(1).probability());
    assertThat(likeliest.get(1).probability()).isGreaterThan(likeliest.get(2).probability());
  }

  @Test
  void goingOnIsTheTextOfTheGenerator() {
    Chain model = new Chain(4, 3, true);
    String expected = new TextGenerator(model, ABCD).continued("ca", 30, TopN.all(), new Random(9));
    try (InteractiveText text = new InteractiveText(model, ABCD, TopN.all(), new Random(9), "ca")) {
      assertThat(text.go(10)).isEmpty();
      assertThat(text.go(20)).isEmpty();
      assertThat(text.text()).isEqualTo(expected);
    }
  }

  @Test
  void aPolicyThatFailsLeavesTheTextAndNoStates() {
    Chain model = new Chain(4, 3, true);
    int[] calls = {0};
    NextSymbolPolicy failing =
        (probabilities, random) -> {
          if (++calls[0] % 4 == 0) {
            throw new IllegalStateException("none");
          }
          return 1;
        };
    try (InteractiveText text = new InteractiveText(model, ABCD, failing, new Random(9), "ca")) {
      assertThatThrownBy(() -> text.go(10)).hasMessage("none");
      assertThat(text.text()).isEqualTo("ca");
      assertThat(model.openStates()).isEqualTo(1);
      assertThat(text.go(3)).isEmpty();
      assertThat(text.text()).isEqualTo("cabbb");
      assertCandidates(text, model);
    }
    assertThat(model.openStates()).isZero();
  }

  @Test
  void charactersThatTheModelDoesNotKnowAreRefusedAndTheTextStays() {
    try (InteractiveText text =
        new InteractiveText(new Chain(4, 3, true), ABCD, TopN.all(), new Random(9), "ca")) {
      assertThatThrownBy(() -> text.append("axb"))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("'x'");
      text.append("");
      assertThat(text.back()).isFalse();
      assertThat(text.text()).isEqualTo("ca");
    }
  }

  @Test
  void theUnknownIsNoCandidateAndEndsTheGoingOn() {
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of("abc"));
    try (InteractiveText text =
        new InteractiveText(new Chain(4, 3, true), vocabulary, TopN.all(), new Random(9), "ca")) {
      assertThat(text.likeliest(9)).hasSize(3).noneMatch(candidate -> candidate.symbol() == 0);
      assertThat(text.go(1_000)).hasValue(End.UNKNOWN);
      assertThat(text.text()).matches("ca[abc]*");
    }
  }

  @Test
  void aDocumentBeginsWithNothingAndItsEndCanBePicked() {
    Vocabulary vocabulary = Vocabulary.of("abc").withDocumentMark();
    Chain model = new Chain(4, 5, true);
    try (InteractiveText text =
        new InteractiveText(model, vocabulary, TopN.all(), new Random(9), "")) {
      assertThat(text.likeliest(9)).hasSize(4).anyMatch(candidate -> candidate.symbol() == 3);
      assertThat(text.go(1_000)).hasValue(End.DOCUMENT);
      String expected =
          new TextGenerator(model, vocabulary).continued("", 1_000, TopN.all(), new Random(9));
      assertThat(text.text()).isEqualTo(expected);
      assertThat(text.pick(0)).isEmpty();
      assertThat(text.pick(3)).hasValue(End.DOCUMENT);
      assertThat(text.text()).isEqualTo(expected + "a");
    }
  }

  @Test
  void wordsHaveASpaceBeforeThem() {
    Vocabulary words = Vocabulary.ofSymbols(List.of("to", "be", "or", "not"));
    try (InteractiveText text =
        new InteractiveText(new Chain(4, 3, true), words, TopN.all(), new Random(9), "to")) {
      text.append("be or");
      text.pick(3);
      assertThat(text.text()).isEqualTo("to be or not");
      assertThat(text.length()).isEqualTo(3);
      text.back();
      assertThat(text.text()).isEqualTo("to be or");
    }
  }

  @Test
  void aCharacterOfSeveralBytesIsWrittenWithItsLastByteAlsoAfterAStepBack() {
    Vocabulary bytes = Vocabulary.ofBytes(List.of("a", "\u00c3", "\u00a9", "\u00a4"));
    try (InteractiveText text =
        new InteractiveText(new Chain(4, 3, true), bytes, TopN.all(), new Random(9), "a")) {
      text.pick(1);
      assertThat(text.text()).isEqualTo("a");
      text.pick(2);
      assertThat(text.text()).isEqualTo("a\u00e9");
      text.back();
      text.pick(3);
      assertThat(text.text()).isEqualTo("a\u00e4");
    }
  }
}
