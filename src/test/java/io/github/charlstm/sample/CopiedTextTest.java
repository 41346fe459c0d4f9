package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CopiedTextTest {
  @Test
  void theLongestPartAndTheShareAreThoseOfASearchForEveryPart() {
    Random random = new Random(3);
    for (int trial = 0; trial < 400; trial++) {
      int letters = 1 + random.nextInt(4);
      String sample = letters(random, random.nextInt(40), letters);
      String text = letters(random, 1 + random.nextInt(200), letters);
      int window = 1 + random.nextInt(6);
      assertThat(CopiedText.of(sample, CharacterText.of(text), window))
          .as("'%s' in '%s', windows of %s", sample, text, window)
          .isEqualTo(new CopiedText(longest(sample, text), share(sample, text, window)));
    }
  }

  @Test
  void charactersAreCodePoints() {
    String sample = "x\uD83D\uDE00y\uD83D\uDE01z";
    CopiedText copied = CopiedText.of(sample, CharacterText.of("\uD83D\uDE00y\uD83D\uDE02"), 2);
    assertThat(copied.longest()).isEqualTo("\uD83D\uDE00y");
    assertThat(copied.share()).hasValue(0.25);
  }

  @Test
  void aPartOfTheTextIsCopiedAsAWhole() {
    String text = letters(new Random(1), 5_000, 26);
    CopiedText copied = CopiedText.of(text.substring(1_000, 3_000), CharacterText.of(text));
    assertThat(copied.longest()).hasSize(2_000);
    assertThat(copied.share()).hasValue(1);
    assertThat(CopiedText.isPart(text.substring(70, 90), CharacterText.of(text))).isTrue();
    assertThat(CopiedText.isPart(text.substring(70, 90) + "!", CharacterText.of(text))).isFalse();
  }

  @Test
  void aLongSampleOfManyRepetitionsIsReadInALinearTime() {
    String sample = "ab".repeat(100_000) + "c";
    CopiedText copied = CopiedText.of(sample, CharacterText.of("ab".repeat(200_000)));
    assertThat(copied.longest()).hasSize(200_000);
    assertThat(copied.share().orElseThrow()).isCloseTo(1, within(1e-5));
  }

  private static String letters(Random random, int length, int letters) {
    return random
        .ints(length, 0, letters)
        .mapToObj(k -> Character.toString('a' + k))
        .collect(Collectors.joining());
  }

  private static String longest(String sample, String text) {
    for (int length = sample.length(); length > 0; length--) {
      for (int from = 0; from + length <= sample.length(); from++) {
        if (text.contains(sample.substring(from, from + length))) {
          return sample.substring(from, from + length);
        }
      }
    }
    return "";
  }

  private static OptionalDouble share(String sample, String text, int window) {
    List<Boolean> found = new ArrayList<>();
    for (int from = 0; from + window <= sample.length(); from++) {
      found.add(text.contains(sample.substring(from, from + window)));
    }
    return found.stream().mapToDouble(copied -> copied ? 1 : 0).average();
  }
}
