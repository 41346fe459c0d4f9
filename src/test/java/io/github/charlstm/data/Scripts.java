package io.github.charlstm.data;

import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts in many scripts, with all kinds of line ends and special characters. */
public final class Scripts {
  private static final String AWKWARD =
      "\r\n\n\r\r\n"
          + " \t\f\u000b\u0085\u2028\u2029\uFEFF\uFFFE\uFFFF\uFFFD\u00A0\u200D\u0301\u0130\u0131"
          + "\u03A3\u03C3\u03C2\u1E9E'\"\\{}[]";

  private Scripts() {}

  /** Up to 60 characters each, without NUL and unpaired surrogates. */
  public static Arbitrary<String> texts() {
    return characters()
        .list()
        .ofMaxSize(60)
        .map(all -> all.stream().map(Character::toString).collect(Collectors.joining()));
  }

  /** Characters of any script; line ends and special characters are frequent. */
  public static Arbitrary<Integer> characters() {
    return Arbitraries.oneOf(
        Arbitraries.of(AWKWARD.codePoints().boxed().toList()),
        Arbitraries.integers().between('a', 'z'),
        Arbitraries.integers().between(0x0370, 0x03FF), // Greek
        Arbitraries.integers().between(0x0590, 0x06FF), // Hebrew, Arabic
        Arbitraries.integers().between(0x4E00, 0x9FFF), // Chinese
        Arbitraries.integers().between(0xAC00, 0xD7A3), // Korean
        Arbitraries.integers().between(0x1F300, 0x1FAFF), // pictures, beyond the basic plane
        Arbitraries.integers().between(0x20000, 0x2FFFF), // rare Chinese, beyond it too
        Arbitraries.integers()
            .between(1, Character.MAX_CODE_POINT)
            .filter(c -> !Characters.isLoneSurrogate(c)));
  }
}
