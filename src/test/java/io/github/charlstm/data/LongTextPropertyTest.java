package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.data.TextPreparation.CookbookText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Processing a long text piece by piece gives the result of processing the whole string. */
class LongTextPropertyTest {

  private static final String PUNCTUATION = "!\"#$%&()*+,./:;<=>?@[]^_`{|}~";

  @Provide
  Arbitrary<String> texts() {
    return Scripts.texts();
  }

  @Property(seed = "11")
  void charactersAreCodePoints(@ForAll("texts") String text, @ForAll @IntRange int cut) {
    CharacterText characters = CharacterText.of(text);
    int[] codePoints = text.codePoints().toArray();
    assertThat(characters.toString()).isEqualTo(text);
    assertThat(characters.sha256()).isEqualTo(Digests.of(text.getBytes(StandardCharsets.UTF_8)));
    int begin = cut % (codePoints.length + 1);
    CharacterText tail = characters.slice(begin, codePoints.length);
    String expected = new String(codePoints, begin, codePoints.length - begin);
    assertThat(tail.toString()).isEqualTo(expected);
    assertThat(tail)
        .isEqualTo(CharacterText.of(expected))
        .hasSameHashCodeAs(tail.slice(0, tail.length()));
    assertThat(tail.sha256()).isEqualTo(CharacterText.of(expected).sha256());
    assertThat(tail.distinct().toArray()).isEqualTo(expected.codePoints().distinct().toArray());
    if (!tail.isEmpty()) {
      Vocabulary own = Vocabulary.of(tail);
      assertThat(own.encode(tail).toArray()).isEqualTo(own.encode(expected));
      assertThat(own.decode(own.encode(expected))).isEqualTo(expected);
    }
  }

  // Characters that decide the lower case of a capital sigma, and characters that it ignores.
  @Provide
  Arbitrary<String> sigmas() {
    return Arbitraries.strings()
        .withChars("\u03A3\u03A3\u03B1Aa1 .'\u02B0\u0301\u4E2D\u0130\n")
        .ofMaxLength(20);
  }

  @Property(seed = "12")
  void lowerCaseInPartsEqualsLowerCaseOfTheWholeText(
      @ForAll("sigmas") String text, @ForAll @IntRange(max = 12) int atLeast) {
    StringBuilder lower = new StringBuilder();
    CookbookText.LowerCase pieces = new CookbookText.LowerCase(lower::appendCodePoint, atLeast);
    text.codePoints().forEach(pieces);
    pieces.finish();
    assertThat(lower.toString()).isEqualTo(text.toLowerCase(Locale.ROOT));
  }

  @Property(seed = "13")
  void cleaningAgreesWithCleaningAString(@ForAll("texts") String text) {
    assertThat(CookbookText.clean(CharacterText.of(text)).toString()).isEqualTo(cleaned(text));
  }

  // The cookbook's rules applied to a string, as the reference.
  private static String cleaned(String text) {
    StringBuilder cleaned = new StringBuilder();
    boolean gap = false;
    for (int position = 0; position < text.length(); position++) {
      char unit = text.charAt(position);
      if (unit == '\n' || unit == '\r' && text.startsWith("\n", position + 1)) {
        continue;
      }
      boolean space =
          Character.isWhitespace(unit) || Character.isSpaceChar(unit) || unit == '\u0085';
      if (space || PUNCTUATION.indexOf(unit) >= 0) {
        gap = true;
        continue;
      }
      cleaned.append(gap && !cleaned.isEmpty() ? " " : "").append(unit);
      gap = false;
    }
    return cleaned.toString().toLowerCase(Locale.ROOT);
  }

  @Property(seed = "14")
  void wordsAreThoseOfATokenizer(@ForAll("texts") String text) {
    List<String> words = new ArrayList<>();
    for (StringTokenizer all = new StringTokenizer(text); all.hasMoreTokens(); ) {
      words.add(all.nextToken());
    }
    if (!words.isEmpty()) {
      Vocabulary vocabulary = Vocabulary.ofWords(CharacterText.of(text), 0);
      assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(String.join(" ", words));
    }
  }

  @Property(seed = "15")
  void numbersOfAnySizeAreKept(
      @ForAll @Size(max = 200) List<@IntRange(max = 2_000_000) Integer> numbers,
      @ForAll @IntRange(max = 5000) int bytesBefore) {
    int[] all = new int[bytesBefore + numbers.size()];
    for (int k = 0; k < numbers.size(); k++) {
      all[bytesBefore + k] = numbers.get(k);
    }
    EncodedText text = EncodedText.of(all);
    assertThat(text.toArray()).isEqualTo(all);
    assertThat(text.length()).isEqualTo(all.length);
  }

  @Test
  void aTextTakesOneBytePerCharacterUpTo256DistinctOnes() {
    int length = 3_000_000;
    PackedIntList bytes = new PackedIntList();
    PackedIntList wide = new PackedIntList();
    for (int k = 0; k < length; k++) {
      bytes.add(k % 256);
      wide.add(k < 1 << 20 ? k % 256 : k % 65_536);
    }
    assertThat(bytes.trimmed().bytes()).isEqualTo(length);
    assertThat(wide.trimmed().bytes()).isEqualTo(2L * length - (1 << 20));
    int[] read = new int[length];
    Arrays.setAll(read, wide::get);
    assertThat(read[(1 << 20) - 1]).isEqualTo(255);
    assertThat(read[1 << 20]).isEqualTo((1 << 20) % 65_536);
    assertThat(read[length - 1]).isEqualTo((length - 1) % 65_536);
  }

  @Test
  void aHundredThousandSymbolsAreAVocabulary() {
    StringBuilder all = new StringBuilder();
    for (int character = 0x10000; all.length() < 200_000; character++) {
      all.appendCodePoint(character);
    }
    String text = all.toString() + all;
    Vocabulary vocabulary = Vocabulary.of(text);
    assertThat(vocabulary.size()).isEqualTo(100_000);
    CharacterText characters = CharacterText.of(text);
    assertThat(characters.bytes()).isLessThanOrEqualTo(4L * characters.length());
    EncodedText encoded = vocabulary.encode(characters);
    assertThat(encoded.get(199_999)).isEqualTo(99_999);
    assertThat(VocabularyJson.read(vocabulary.toJson(), "it")).isEqualTo(vocabulary);
  }

  @Test
  void oneSymbolIsAVocabulary() {
    Vocabulary vocabulary = Vocabulary.of("aaaa");
    assertThat(vocabulary.size()).isEqualTo(1);
    assertThat(vocabulary.encode(CharacterText.of("aa")).toArray()).containsExactly(0, 0);
  }
}
