package io.github.charlstm.cli;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextFormat.OnMalformed;
import java.nio.charset.Charset;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code --encoding} and {@code --on-malformed}, the same for every command that reads a text. */
final class TextFlags {
  static final String ENCODING = "encoding";
  static final String ON_MALFORMED = "on-malformed";
  private static final String REPORT = "report";
  private static final String REPLACE = "replace";

  private TextFlags() {}

  static void add(Options options) {
    options.addOption(
        null,
        ENCODING,
        true,
        "of the text file: UTF-16, GB18030, ISO-8859-1, ... (default: UTF-8)");
    options.addOption(
        null,
        ON_MALFORMED,
        true,
        "bytes that are no text: report (default), or replace, each by U+FFFD");
  }

  static boolean areGiven(Flags flags) {
    return flags.has(ENCODING) || flags.has(ON_MALFORMED);
  }

  /** What the flags say, and the base where they say nothing. */
  static TextFormat format(Flags flags, TextFormat base) {
    Charset encoding = flags.text(ENCODING).map(TextFlags::encoding).orElse(base.encoding());
    if (!flags.has(ON_MALFORMED)) {
      return new TextFormat(encoding, base.onMalformed());
    }
    String given = flags.oneOf(ON_MALFORMED, List.of(REPORT, REPLACE));
    return new TextFormat(
        encoding, given.equals(REPLACE) ? OnMalformed.REPLACE : OnMalformed.REPORT);
  }

  private static Charset encoding(String name) {
    try {
      return TextFormat.encodingNamed(name);
    } catch (InvalidDataException e) {
      throw new UsageException("--" + ENCODING + ": " + e.getMessage());
    }
  }
}
