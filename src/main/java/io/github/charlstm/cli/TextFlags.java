package io.github.charlstm.cli;

import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextFormat.OnMalformed;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;

/** The flags of every command that reads a text. */
final class TextFlags {
  static final Flag<String> DATA =
      Flag.textSource("data", "a text file, or the name of a data set");
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

  private TextFlags() {}

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
