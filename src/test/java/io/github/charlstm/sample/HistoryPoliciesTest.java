package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolPolicy.DrawAfter;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.RepetitionPenalty;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies that look at the text before. */
class HistoryPoliciesTest {
  private static final float[] FOUR = {0.5f, 0.25f, 0.125f, 0.125f};

  @Test
  void aPenaltyDividesTheLogitsOfTheTextBeforeAndMultipliesNegativeOnes() {
    // base 2: logits -1, -2, -3, -3, whose mean is -2.25: 1.25, 0.25, -0.75, -0.75
    double[] logits = {1.25 / 1.5, 0.25, -0.75 * 1.5, -0.75};
    double sum = 0;
    for (double logit : logits) {
      sum += Math.pow(2, logit);
    }
    float[] penalized =
        new RepetitionPenalty(1.5, 10, new Greedy()).reshape(FOUR, SymbolHistory.of(2, 0, 0));
    for (int k = 0; k < 4; k++) {
      assertThat((double) penalized[k]).isCloseTo(Math.pow(2, logits[k]) / sum, within(1e-7));
    }
  }

  @Test
  void theScaleOfTheProbabilitiesDoesNotMatterAndZerosStay() {
    RepetitionPenalty penalty = new RepetitionPenalty(1.3, 2, new Greedy());
    float[] whole = penalty.reshape(new float[] {0.5f, 0, 0.5f}, SymbolHistory.of(2));
    float[] part = penalty.reshape(new float[] {0.25f, 0, 0.25f}, SymbolHistory.of(2));
    assertThat(whole).isEqualTo(part);
    assertThat(whole[1]).isZero();
  }

  @Test
  void onlyTheWindowCounts() {
    RepetitionPenalty two = new RepetitionPenalty(2, 2, new Greedy());
    float[] expected = new RepetitionPenalty(2, 99, new Greedy()).reshape(FOUR, history(3, 1));
    assertThat(two.reshape(FOUR, history(0, 0, 0, 3, 1))).isEqualTo(expected);
    assertThat(two.reshape(FOUR, history(0, 3, 1, 2))).isNotEqualTo(expected);
  }

  @Test
  void aPenaltyOfOneChangesNothingAndOneBelowSeeksRepetition() {
    float[] same = new RepetitionPenalty(1, 9, new Greedy()).reshape(FOUR, history(0, 1, 2, 3));
    for (int k = 0; k < 4; k++) {
      assertThat(same[k]).isCloseTo(FOUR[k], within(1e-6f));
    }
    assertThat(new RepetitionPenalty(0.5, 9, new Greedy()).reshape(FOUR, history(0))[0])
        .isGreaterThan(0.5f);
  }

  @Test
  void aGreedyTextLeavesItsLoopUnderAPenalty() {
    TextGenerator generator = new TextGenerator(new Same(), Vocabulary.of("abc"));
    assertThat(generator.continued("a", 6, new Greedy(), null)).isEqualTo("aaaaaaa");
    // ln p but for their mean: 0.83, 0.13, -0.96
    assertThat(generator.continued("a", 6, new RepetitionPenalty(10, 1, new Greedy()), null))
        .isEqualTo("abababa");
  }

  /** A model that always predicts the same. */
  private static final class Same implements NextSymbolModel {
    @Override
    public void resetState() {}

    @Override
    public float[] predictNext(int symbol) {
      return new float[] {0.6f, 0.3f, 0.1f};
    }

    @Override
    public void close() {}
  }

  @Test
  void theTextBeforeReachesAPenaltyInsideOtherPolicies() {
    float[] five = {0.5f, 0.3f, 0.1f, 0.05f, 0.05f};
    NextSymbolPolicy inner = new RepetitionPenalty(1e6, 3, new Greedy());
    for (NextSymbolPolicy policy :
        List.of(
            new Except(Set.of(3), inner),
            new Temperature(0.9, inner),
            new DrawAfter(Set.of(0), inner))) {
      assertThat(policy.next(five, history(0), new Random(1))).as(policy.toString()).isEqualTo(1);
      assertThat(policy.next(five, new Random(1))).isZero();
    }
  }

  @Test
  void numbersOutOfRangeAreRejected() {
    assertThatThrownBy(() -> new RepetitionPenalty(0, 9, new Greedy()))
        .hasMessageContaining("`repetition_penalty`: expected a finite number above 0, found 0.0");
    assertThatThrownBy(() -> new RepetitionPenalty(1.2, 0, new Greedy()))
        .hasMessageContaining("`repetition_window`: expected at least 1, found 0");
  }

  @Test
  void wordsBeginByADrawAndGoOnWithTheLikeliest() {
    Vocabulary vocabulary = Vocabulary.of("ab \n");
    int newline = vocabulary.encode("\n")[0];
    int space = vocabulary.encode(" ")[0];
    int a = vocabulary.encode("a")[0];
    NextSymbolPolicy last = (probabilities, random) -> probabilities.length - 1;
    NextSymbolPolicy policy = DrawAfter.wordStarts(vocabulary, last);
    assertThat(policy.next(FOUR, history(), null)).isEqualTo(3);
    assertThat(policy.next(FOUR, history(a, space), null)).isEqualTo(3);
    assertThat(policy.next(FOUR, history(a, newline), null)).isEqualTo(3);
    assertThat(policy.next(FOUR, history(space, a), null)).isZero();
  }

  @Test
  void everyWordOfAVocabularyOfWordsIsDrawn() {
    TopN top = new TopN();
    assertThat(DrawAfter.wordStarts(Vocabulary.ofSymbols(List.of("to", "be", "or")), top))
        .isSameAs(top);
  }

  private static SymbolHistory history(int... symbols) {
    return SymbolHistory.of(symbols);
  }
}
