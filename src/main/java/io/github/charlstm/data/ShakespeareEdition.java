package io.github.charlstm.data;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.TextPreparation.CookbookText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An edition of the complete works of William Shakespeare, eBook 100 of Project Gutenberg. There
 * were several at the same address: the World Library's of 1994, posted again in 2011, which the
 * TensorFlow Machine Learning Cookbook read; others since 2017, with other line breaks, quotation
 * marks and works. The works lie between Gutenberg's own marks, such as {@code *** START OF THE
 * PROJECT GUTENBERG EBOOK}.
 *
 * @param date of its last update as Gutenberg writes it, such as {@code October 29, 2024}; empty if
 *     the file does not say
 * @param sha256 of the file
 * @param isBooks whether its text is the one that the book read
 */
public record ShakespeareEdition(String date, String sha256, boolean isBooks) {

  /** The facts of the book's own edition. */
  public static final Facts BOOKS = new Facts(4_742_648, 40, 949);

  static final String PLAIN_TEXT = "https://www.gutenberg.org/ebooks/100";

  private static final String BOOKS_DATE = "September 1, 2011";
  // Of the text, so that neither line ends nor a byte order mark matter.
  private static final String BOOKS_TEXT =
      "7ccfc8be7735eec8be6c834944e32abe9ee965173f411339892123ef82b8b6c4";

  private static final int HEAD = 20_000;
  private static final int TAIL = 100_000;
  private static final int BATCH_SIZE = 100;
  private static final int NUM_STEPS = 50;

  private static final Pattern WORKS =
      Pattern.compile(
          "complete\\s+(works\\s+of\\s+(william\\s+)?)?shakespeare", Pattern.CASE_INSENSITIVE);
  // The last line of the "small print" of 1994, which editions to 2011 have after the other mark.
  private static final Pattern START =
      Pattern.compile(
          "^ *\\*{3} ?START OF TH(IS|E) PROJECT GUTENBERG EBOOK[^*\\n]*(\\n[^*\\n]+\\*{3})?.*\\n"
              + "|^ *\\*+ ?END\\*? ?THE SMALL PRINT!.*\\n"
              + "|^\\*+ *SMALL PRINT! FOR __ .*\\n(\\[\"Small Print\".*\\n)?",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
  private static final Pattern END =
      Pattern.compile(
          "^ *\\*{3} ?END OF TH(IS|E) PROJECT GUTENBERG EBOOK"
              + "|^ *End of (the |this )?(Project Gutenberg|Etext)"
              + "|^ *\\* CONTENT NOTE \\(",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
  private static final List<Pattern> DATES =
      List.of(
          line("\\[?(?:Most recently|Last) updated"), line("Posting date"), line("Release date"));
  private static final Pattern TITLE = line("Title");

  // A play counts as there if a person of it is named this often.
  private static final int TIMES = 10;
  // Editors may spell a name or two in another way.
  private static final int PLAYS = 34;
  private static final Map<String, String> PERSONS =
      """
          prospero: The Tempest
          proteus: The Two Gentlemen of Verona
          evans: The Merry Wives of Windsor
          isabella: Measure for Measure
          dromio: The Comedy of Errors
          benedick: Much Ado about Nothing
          costard: Love's Labour's Lost
          hermia: A Midsummer Night's Dream
          shylock: The Merchant of Venice
          rosalind: As You Like It
          petruchio: The Taming of the Shrew
          parolles: All's Well That Ends Well
          malvolio: Twelfth Night
          leontes: The Winter's Tale
          hubert: King John
          aumerle: Richard II
          hotspur: Henry IV, Part 1
          bardolph: Henry IV, Part 2
          fluellen: Henry V
          talbot: Henry VI, Part 1
          cade: Henry VI, Part 2
          clifford: Henry VI, Part 3
          catesby: Richard III
          wolsey: Henry VIII
          pandarus: Troilus and Cressida
          menenius: Coriolanus
          lavinia: Titus Andronicus
          mercutio: Romeo and Juliet
          apemantus: Timon of Athens
          cassius: Julius Caesar
          macduff: Macbeth
          polonius: Hamlet
          cordelia: King Lear
          iago: Othello
          enobarbus: Antony and Cleopatra
          posthumus: Cymbeline
      """
          .lines()
          .map(line -> line.strip().split(": "))
          .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));

  /**
   * What the cookbook makes of an edition: characters of the cleaned text, size of the vocabulary
   * of characters, and batches of 100 x 50.
   */
  public record Facts(int characters, int vocabulary, int batches) {
    /** {@return the facts of a text} */
    public static Facts of(CharacterText text) {
      TextPreparation cookbook = TextPreparation.COOKBOOK_CHARACTERS;
      CharacterText cleaned = cookbook.clean(text);
      Vocabulary vocabulary = cookbook.vocabulary(cleaned);
      EncodedText encoded = vocabulary.encode(cleaned);
      return new Facts(
          cleaned.length(),
          vocabulary.size(),
          cookbook.batches(encoded, BATCH_SIZE, NUM_STEPS, LastTarget.FIRST_INPUT, 0).size());
    }
  }

  /** {@return the edition in a file that has one: see {@link #mismatch}} */
  static ShakespeareEdition of(byte[] file) {
    CharacterText text = text(file);
    return new ShakespeareEdition(date(head(text)), Digests.of(file), isBooks(text.sha256()));
  }

  /** {@return whether a text, by its SHA-256, is the one that the book read} */
  public static boolean isBooks(String sha256) {
    return sha256.equals(BOOKS_TEXT);
  }

  /**
   * {@return what a file is instead of an edition with the plays, from mark to mark, and where to
   * get one}
   */
  static Optional<String> mismatch(byte[] file) {
    try {
      requirePlays(text(file));
      return Optional.empty();
    } catch (InvalidDataException e) {
      return Optional.of(
          "%s; take \"Plain Text UTF-8\" from %s, whole and as it is"
              .formatted(e.getMessage(), PLAIN_TEXT));
    }
  }

  private static CharacterText text(byte[] file) {
    return CharacterText.of(TextFile.decode(file, "a file"));
  }

  private static void requirePlays(CharacterText text) {
    String head = head(text);
    if (head.stripLeading().startsWith("<")) {
      throw new InvalidDataException("a page of HTML");
    }
    Optional<Integer> start = start(head);
    if (!WORKS.matcher(head.substring(0, start.orElse(head.length()))).find()) {
      throw new InvalidDataException(
          first(TITLE, head).map(title -> "the book \"" + title + "\"").orElse("another text"));
    }
    if (start.isEmpty()) {
      throw new InvalidDataException("a file without Gutenberg's line \"*** START OF\"");
    }
    int from = head.codePointCount(0, start.get());
    int end =
        end(text, from)
            .orElseThrow(
                () ->
                    InvalidDataException.of(
                        "a file without Gutenberg's line \"*** END OF\", cut off after %,d"
                            + " characters",
                        text.length()));
    List<String> missing = missing(text.slice(from, end));
    if (PERSONS.size() - missing.size() < PLAYS) {
      throw new InvalidDataException(
          "%s of %s plays, without %s"
              .formatted(
                  PERSONS.size() - missing.size(), PERSONS.size(), String.join(", ", missing)));
    }
  }

  /**
   * {@return the works in a text, without what Gutenberg wrote around them; any other text as it
   * is} Of the book's edition it drops what the book drops, which leaves Gutenberg's license at the
   * end.
   */
  static CharacterText works(CharacterText text) {
    String head = head(text);
    Optional<Integer> start = start(head);
    if (start.isEmpty() || !WORKS.matcher(head.substring(0, start.get())).find()) {
      return text;
    }
    if (date(head).equals(BOOKS_DATE)) {
      return CookbookText.withoutHeader(text);
    }
    int from = head.codePointCount(0, start.get());
    return text.slice(from, end(text, from).orElse(text.length()));
  }

  /** {@return which edition it is, in a few words} */
  public String describe() {
    return isBooks
        ? "the book's own edition, of " + BOOKS_DATE
        : "the edition %s (SHA-256 %s), not the book's own of %s"
            .formatted(date.isEmpty() ? "without a date" : "of " + date, sha256, BOOKS_DATE);
  }

  /** {@return as {@link #describe()}, and how its facts differ from those of the book's own} */
  public String describe(Facts facts) {
    if (isBooks) {
      return describe();
    }
    return String.format(
        Locale.ROOT,
        "%s: %,d characters after cleaning (the book's %,d), a vocabulary of %d (%d), %,d"
            + " batches (%,d)",
        describe(),
        facts.characters,
        BOOKS.characters,
        facts.vocabulary,
        BOOKS.vocabulary,
        facts.batches,
        BOOKS.batches);
  }

  private static String head(CharacterText text) {
    return text.slice(0, Math.min(text.length(), HEAD)).toString();
  }

  private static String date(String head) {
    return DATES.stream().flatMap(line -> first(line, head).stream()).findFirst().orElse("");
  }

  // The last of the marks, in UTF-16 units.
  private static Optional<Integer> start(String head) {
    return START.matcher(head).results().map(MatchResult::end).reduce((first, last) -> last);
  }

  private static Optional<Integer> end(CharacterText text, int start) {
    int from = Math.max(start, text.length() - TAIL);
    String tail = text.slice(from, text.length()).toString();
    Matcher mark = END.matcher(tail);
    return mark.find()
        ? Optional.of(from + tail.codePointCount(0, mark.start()))
        : Optional.empty();
  }

  private static List<String> missing(CharacterText works) {
    Map<String, Integer> times = new TreeMap<>();
    StringBuilder word = new StringBuilder();
    for (int position = 0; position < works.length(); position++) {
      int letter = works.codePointAt(position) | 0x20; // lower case, of ASCII
      if (letter >= 'a' && letter <= 'z') {
        word.append((char) letter);
        continue;
      }
      if (PERSONS.containsKey(word.toString())) {
        times.merge(word.toString(), 1, Integer::sum);
      }
      word.setLength(0);
    }
    return PERSONS.entrySet().stream()
        .filter(person -> times.getOrDefault(person.getKey(), 0) < TIMES)
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  private static Optional<String> first(Pattern line, String head) {
    Matcher found = line.matcher(head);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  // The rest of a line, without a number or bracket at its end.
  private static Pattern line(String name) {
    return Pattern.compile(
        "^ *" + name + ": *(.*?) *(?:\\[ebook #\\d+])?]? *$",
        Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
  }
}
