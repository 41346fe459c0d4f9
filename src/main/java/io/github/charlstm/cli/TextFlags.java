package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Characters;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextFormat.OnMalformed;
import io.github.charlstm.data.Vocabulary;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The flags of every command that reads a text. */
final class TextFlags {
  static final String STANDARD_INPUT = "-";
  static final Flag<List<String>> DATA =
      Flag.textSources(
          "data",
          "a text file, a folder of text files, - for standard input, or the name of a data set;"
              + " several files: once for each");
  static final Flag<Charset> ENCODING =
      Flag.of(
              "encoding",
              TextFormat::encodingNamed,
              "of the text file: UTF-16, GB18030, ISO-8859-1, ... (default: UTF-8)")
          .suggest(
              List.of(
                  ("UTF-8 UTF-16 UTF-16LE UTF-16BE UTF-32 ISO-8859-1 ISO-8859-15 US-ASCII"
                          + " windows-1251 windows-1252 KOI8-R GB18030 GBK Big5 Shift_JIS EUC-JP"
                          + " EUC-KR")
                      .split(" ")));
  static final Flag<OnMalformed> ON_MALFORMED =
      Flag.oneOf(
              "on-malformed",
              List.of(OnMalformed.values()),
              choice -> choice.name().toLowerCase(Locale.ROOT),
              "bytes that are not text (replace puts U+FFFD for each)")
          .orElse(OnMalformed.REPORT);

  private static final String SKIP = "skip";
  private static final int MOST_NAMED = 10;
  static final Flag<String> ON_UNKNOWN =
      Flag.oneOf(
              "on-unknown",
              List.of("report", SKIP),
              "characters that the model does not know (skip leaves them out)")
          .orElse("report");

  private TextFlags() {}

  /** A text without the characters that the model does not know, if the flags say so. */
  static CharacterText known(
      Flags flags, Vocabulary vocabulary, CharacterText text, Console console) {
    if (!flags.get(ON_UNKNOWN).equals(SKIP)) {
      return text;
    }
    CharacterText known = vocabulary.known(text);
    if (known.length() < text.length()) {
      List<Integer> unknown =
          text.distinct().filter(character -> !vocabulary.isKnown(character)).boxed().toList();
      console.note(
          "left out %,d of %,d characters, which the model does not know: %s%s",
          text.length() - known.length(),
          text.length(),
          unknown.stream()
              .limit(MOST_NAMED)
              .map(Characters::describe)
              .collect(Collectors.joining(", ")),
          unknown.size() > MOST_NAMED ? " and %s more".formatted(unknown.size() - MOST_NAMED) : "");
    }
    return known;
  }

  /** The error for a character that the model does not know. */
  static InvalidDataException unknown(String where, InvalidDataException failure) {
    return new InvalidDataException(
        "%s: %s; %s %s leaves such characters out"
            .formatted(where, failure.getMessage(), ON_UNKNOWN, SKIP),
        failure);
  }

  /** Rejects the flags of a text file where no such file is read but {@code place}. */
  static void requireNone(Flags flags, String place) {
    if (flags.has(ENCODING) || flags.has(ON_MALFORMED)) {
      throw new UsageException(ENCODING + " and " + ON_MALFORMED + " go with " + place);
    }
  }

  /** The format that the flags give, with what they leave out from another. */
  static TextFormat format(Flags flags, TextFormat base) {
    return new TextFormat(
        flags.get(ENCODING, base.encoding()), flags.get(ON_MALFORMED, base.onMalformed()));
  }
}
