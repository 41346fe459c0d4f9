package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.BeamSearch.Found;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.RepetitionPenalty;
import io.github.charlstm.sample.TextGenerator.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeamSearchTest {
  private static final Vocabulary ABCD = Vocabulary.of("abcd");
  private static final int LENGTH = 5;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aBeamOfAllContinuationsFindsTheMostProbableOfThem(long seed) {
    Chain model = new Chain(4, seed, true);
    TreeMap<Double, String> all = new TreeMap<>(Comparator.reverseOrder());
    visit(model, "ab", 0, LENGTH, all);
    List<Map.Entry<Double, String>> expected = List.copyOf(all.entrySet());
    List<Found> found = search(model, ABCD, 1024, new Greedy(), List.of(), "ab", LENGTH);
    assertThat(found).hasSize(1024);
    for (int k = 0; k < 10; k++) {
      assertThat(found.get(k).text()).isEqualTo(expected.get(k).getValue().substring(2));
      assertThat(found.get(k).logProbability()).isCloseTo(expected.get(k).getKey(), within(1e-9));
    }
  }

  private static void visit(
      Chain model, String text, double score, int left, Map<Double, String> all) {
    if (left == 0) {
      all.put(score, text);
      return;
    }
    float[] next = model.after(ABCD.encode(text));
    for (int symbol = 0; symbol < next.length; symbol++) {
      visit(model, text + ABCD.symbol(symbol), score + Math.log(next[symbol]), left - 1, all);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void aNarrowBeamKeepsTheBestAfterEachSymbol(int width) {
    for (long seed = 0; seed < 20; seed++) {
      Chain model = new Chain(4, seed, true);
      List<Map.Entry<Double, String>> beam = List.of(Map.entry(0.0, "c"));
      for (int k = 0; k < 12; k++) {
        TreeMap<Double, String> longer = new TreeMap<>(Comparator.reverseOrder());
        beam.forEach(text -> visit(model, text.getValue(), text.getKey(), 1, longer));
        beam = longer.entrySet().stream().limit(width).toList();
      }
      List<Found> found = search(model, ABCD, width, new Greedy(), List.of(), "c", 12);
      assertThat(found.stream().map(best -> "c" + best.text()).toList())
          .isEqualTo(beam.stream().map(Map.Entry::getValue).toList());
    }
  }

  @Test
  void aWidthOfOneIsTheGreedyText() {
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of("abc"));
    for (long seed = 0; seed < 30; seed++) {
      Chain model = new Chain(4, seed, true);
      StringBuilder greedy = new StringBuilder();
      TextGenerator.Generated expected =
          new TextGenerator(model, vocabulary)
              .generate("a", 9, new Greedy(), new Random(1), greedy::append);
      Found found = search(model, vocabulary, 1, new Greedy(), List.of(), "a", 9).get(0);
      assertThat(found.text()).isEqualTo(greedy.toString());
      assertThat(found.length()).isEqualTo(expected.length());
      assertThat(found.end()).isEqualTo(expected.end());
    }
  }

  @Test
  void endsCountWithTheirProbability() {
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of("abc"));
    boolean ended = false;
    for (long seed = 0; seed < 20; seed++) {
      Chain model = new Chain(4, seed, true);
      Found best = null;
      for (Found candidate : everything(model, vocabulary, "", 0, 4)) {
        best =
            best == null || candidate.logProbability() > best.logProbability() ? candidate : best;
      }
      Found found = search(model, vocabulary, 500, new Greedy(), List.of(), "a", 4).get(0);
      assertThat(found.text()).isEqualTo(best.text());
      assertThat(found.end()).isEqualTo(best.end());
      assertThat(found.logProbability()).isCloseTo(best.logProbability(), within(1e-9));
      ended |= found.end() == End.UNKNOWN;
    }
    assertThat(ended).isTrue();
  }

  @Test
  void documentsBeginAfterTheMarkAndEndBeforeIt() {
    Vocabulary vocabulary = Vocabulary.of("abc").withDocumentMark();
    Chain model = new Chain(4, 2, true);
    for (Found found : search(model, vocabulary, 300, new Greedy(), List.of(), "", 4)) {
      double expected = 0;
      int[] read = {3};
      for (int symbol : found.text().isEmpty() ? new int[0] : vocabulary.encode(found.text())) {
        expected += Math.log(model.after(read)[symbol]);
        read = Arrays.copyOf(read, read.length + 1);
        read[read.length - 1] = symbol;
      }
      if (found.end() == End.DOCUMENT) {
        expected += Math.log(model.after(read)[3]);
      } else {
        assertThat(found.length()).isEqualTo(4);
      }
      assertThat(found.logProbability()).isCloseTo(expected, within(1e-9));
    }
  }

  private static List<Found> everything(
      Chain model, Vocabulary vocabulary, String text, double score, int left) {
    if (left == 0) {
      return List.of(new Found(text, text.length(), score, End.LENGTH));
    }
    float[] next = model.after(vocabulary.encode("a" + text));
    List<Found> all = new ArrayList<>();
    all.add(new Found(text, text.length(), score + Math.log(next[0]), End.UNKNOWN));
    for (int symbol = 1; symbol < next.length; symbol++) {
      String longer = text + vocabulary.symbol(symbol);
      all.addAll(everything(model, vocabulary, longer, score + Math.log(next[symbol]), left - 1));
    }
    return all;
  }

  @Test
  void continuationsEndBeforeAStop() {
    Chain model = new Chain(4, 6, true);
    List<Found> found = search(model, ABCD, 300, new Greedy(), List.of("db", "cc"), "a", 4);
    assertThat(found.stream().filter(text -> text.end() == End.STOP)).isNotEmpty();
    for (Found text : found) {
      assertThat(text.text()).doesNotContain("db", "cc");
      assertThat(text.length()).isEqualTo(text.text().length());
      assertThat(text.end() == End.LENGTH).isEqualTo(text.length() == 4);
    }
  }

  @Test
  void symbolsThatThePolicyExceptsAreNotChosenAndItsPenaltyCounts() {
    Chain model = new Chain(4, 7, true);
    assertThat(search(model, ABCD, 3, new Except(Set.of(2), new Greedy()), List.of(), "a", 20))
        .allMatch(found -> !found.text().contains("c"));
    String plain = search(model, ABCD, 3, new Greedy(), List.of(), "a", 20).get(0).text();
    RepetitionPenalty penalty = new RepetitionPenalty(3, 4, new Greedy());
    assertThat(search(model, ABCD, 3, penalty, List.of(), "a", 20).get(0).text())
        .isNotEqualTo(plain);
  }

  @Test
  void aModelThatCannotKeepItsStateReadsTheTextAgain() {
    Chain keeping = new Chain(4, 8, true);
    Chain reading = new Chain(4, 8, false);
    assertThat(search(reading, ABCD, 3, new Greedy(), List.of(), "abc", 15))
        .isEqualTo(search(keeping, ABCD, 3, new Greedy(), List.of(), "abc", 15));
    assertThat(keeping.reads()).isLessThanOrEqualTo(3 + 3 * 15);
    assertThat(reading.reads()).isGreaterThan(keeping.reads());
  }

  @Test
  void aLengthOfZeroHasOneContinuation() {
    assertThat(search(new Chain(4, 1, true), ABCD, 3, new Greedy(), List.of(), "a", 0))
        .containsExactly(new Found("", 0, 0, End.LENGTH));
  }

  @Test
  void aWidthBelowOneIsRejected() {
    assertThatThrownBy(() -> new BeamSearch(null, ABCD, 0, new Greedy(), List.of()))
        .hasMessage("`beam_width`: expected at least 1, found 0");
  }

  private static List<Found> search(
      Chain model,
      Vocabulary vocabulary,
      int width,
      NextSymbolPolicy policy,
      List<String> stops,
      String prime,
      int length) {
    List<Found> found =
        new BeamSearch(model, vocabulary, width, policy, stops)
            .search(prime, length, done -> assertThat(done).isBetween(1, length));
    assertThat(model.openStates()).isZero();
    return found;
  }
}
