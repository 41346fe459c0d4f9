package io.github.charlstm.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The symbols of a model, numbered from 0. Immutable. There are these kinds:
 *
 * <ul>
 *   <li>{@link #of}: characters in the order of their code points
 *   <li>{@link #inOrder}: characters in a given order
 *   <li>{@link #ofSymbols}: characters or words in a given order, with special tokens
 *   <li>{@link #ofBytes}: bytes of UTF-8 in a given order
 *   <li>{@link #withUnknown}: characters by first occurrence, and {@link #UNKNOWN} for all others
 *   <li>{@link #ofWords}: frequent words by first occurrence, and {@link #UNKNOWN} for all others
 *   <li>{@link #ofWordsByCount}: words by descending count, and {@code <unk>} for all others
 * </ul>
 *
 * <p>A character is one Unicode code point.
 */
public abstract sealed class Vocabulary
    permits CharacterVocabulary, WordVocabulary, ByteVocabulary {

  /** Name of symbol 0 if it stands for all characters or words without a number of their own. */
  public static final String UNKNOWN = "unknown";

  private static final Pattern SPECIAL = Pattern.compile("<[^<>\\s]+>|\\[[^\\[\\]\\s]+]|");
  private static final Pattern UNKNOWN_TOKEN =
      Pattern.compile("(?i)[<\\[][_|]*(unk|oov|unknown|rare)[_|]*[>\\]]");
  private static final Pattern PADDING =
      Pattern.compile("(?i)[<\\[][_|]*(pad|padding|spare\\d*)[_|]*[>\\]]|");

  private final int documentMark; // -1 if there is none

  /**
   * @param documentMark number of the mark, or -1
   */
  Vocabulary(int documentMark) {
    this.documentMark = documentMark;
  }

  /**
   * {@return the characters of a text in the order of their code points} Python: {@code
   * sorted(set(text))}.
   *
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary of(String text) {
    return of(CharacterText.of(text));
  }

  /** {@return the same as {@link #of(String)}} */
  public static Vocabulary of(CharacterText text) {
    return CharacterVocabulary.ascending(text);
  }

  /**
   * {@return characters in a given order, such as that of another program}
   *
   * @param symbols distinct, each one code point; the index in the list is the number
   * @throws InvalidDataException if there is no symbol, one is not a single character, or two are
   *     the same
   */
  public static Vocabulary inOrder(List<String> symbols) {
    return CharacterVocabulary.ordered(symbols);
  }

  /**
   * {@return the symbols of another program's vocabulary in a given order} They are words if more
   * than half have several characters, else characters. A character vocabulary may have special
   * tokens: the empty string, and names in angle or square brackets such as {@code <unk>} and
   * {@code [PAD]}. The token of {@code unk}, {@code unknown} or {@code oov} is the {@link
   * #unknown()}; of words also the first, if it is {@link #UNKNOWN}.
   *
   * @param symbols distinct; the index in the list is the number
   * @throws InvalidDataException if there is no symbol, one is neither a character nor a special
   *     token, or two are the same
   */
  public static Vocabulary ofSymbols(List<String> symbols) {
    long several = symbols.stream().filter(s -> s.codePointCount(0, s.length()) > 1).count();
    return 2 * several > symbols.size()
        ? WordVocabulary.listed(symbols)
        : CharacterVocabulary.withSpecial(symbols);
  }

  /**
   * {@return bytes of UTF-8 in a given order, such as the characters of a program in Python 2} A
   * text is encoded as its bytes; in {@link #decode} invalid ones become U+FFFD.
   *
   * @param symbols distinct, each the character whose code point is the byte
   * @throws InvalidDataException if there is no symbol, one is not such a character, or two are the
   *     same
   */
  public static Vocabulary ofBytes(List<String> symbols) {
    return ByteVocabulary.ordered(symbols);
  }

  /**
   * {@return these symbols and one more for a class of a model that no symbol has} It is the {@link
   * #unknown()}, {@code <unk>}, if there is none yet, else {@code <spare>}.
   */
  public final Vocabulary withSpare() {
    List<String> all = new ArrayList<>(symbols());
    all.add(unknown().isEmpty() ? "<unk>" : "<spare>");
    Vocabulary wider =
        separator().isEmpty() ? CharacterVocabulary.withSpecial(all) : WordVocabulary.listed(all);
    return documentMark < 0 ? wider : wider.marked(all, documentMark);
  }

  /**
   * {@return these symbols and, after them, one more: the {@link #documentMark}; the same
   * vocabulary if it has one}
   */
  public final Vocabulary withDocumentMark() {
    if (documentMark >= 0) {
      return this;
    }
    List<String> all = new ArrayList<>(symbols());
    all.add("");
    return marked(all, all.size() - 1);
  }

  /** This vocabulary with other symbols, one of which, empty, is the mark. */
  abstract Vocabulary marked(List<String> symbols, int documentMark);

  /**
   * {@return {@link #UNKNOWN}, which is 0, and the characters of a text by first occurrence} The
   * TensorFlow Machine Learning Cookbook's chapter 9 numbers them so with a {@code Counter}, which
   * has this order since Python 3.6.
   *
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary withUnknown(CharacterText text) {
    return CharacterVocabulary.byOccurrence(text);
  }

  /**
   * {@return {@link #UNKNOWN}, which is 0, and the words that occur more than {@code minWordFreq}
   * times, by first occurrence} The cookbook's chapter 9 numbers them so since Python 3.6. Words
   * are separated by white space.
   *
   * <p>If "unknown" is itself such a word, it has a number but is encoded as 0, since Python's
   * {@code vocab_to_ix_dict['unknown'] = 0} replaces its number. If it is not, Python's vocabulary
   * size, {@code len(ix2vocab) + 1}, is one more than {@link #size()}.
   *
   * @param minWordFreq at least 0 (Python: {@code min_word_freq}, 5 in the cookbook)
   * @throws InvalidDataException if the text has no words or the frequency is negative
   */
  public static Vocabulary ofWords(CharacterText text, int minWordFreq) {
    return WordVocabulary.of(text, minWordFreq);
  }

  /**
   * {@return the words of a text by descending count, equal ones in the order of their code points,
   * and {@code <unk>} for all others} TF1's tutorial of language models numbers them so (Python:
   * {@code reader._build_vocab}). {@code <unk>} is numbered as a word if the text has it, as Penn
   * Treebank does, else it is the last.
   *
   * @throws InvalidDataException if the text has no words
   */
  public static Vocabulary ofWordsByCount(CharacterText text) {
    return WordVocabulary.byCount(text, "<unk>");
  }

  /** {@return the number of symbols, at least 1} */
  public final int size() {
    return symbols().size();
  }

  /** {@return a symbol: a character (one or two UTF-16 units), a word, or {@link #UNKNOWN}} */
  public final String symbol(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          "symbol " + index + " does not exist: the vocabulary has " + size());
    }
    return symbols().get(index);
  }

  /** {@return whether a character has a number of its own} */
  public final boolean contains(int codePoint) {
    return contains(Character.toString(codePoint));
  }

  /** {@return whether a character or word has a number of its own; false for {@link #UNKNOWN}} */
  public abstract boolean contains(String symbol);

  /** {@return whether every symbol of a text, words separated by one space, has a number} */
  public final boolean knows(String text) {
    Stream<String> symbols =
        separator().isEmpty()
            ? text.codePoints().mapToObj(Character::toString)
            : Stream.of(text.split(separator(), -1));
    return symbols.allMatch(this::contains);
  }

  /**
   * {@return the number of the symbol for all others, {@link #UNKNOWN} or such as {@code <unk>};
   * empty if unknown characters are errors}
   */
  public abstract OptionalInt unknown();

  /**
   * {@return the number of the symbol that stands before the first and after the last symbol of a
   * document; empty if the model reads one long text} It is spelled as nothing: {@link #encode}
   * never gives it, and a decoded text has no trace of it.
   */
  public final OptionalInt documentMark() {
    return documentMark < 0 ? OptionalInt.empty() : OptionalInt.of(documentMark);
  }

  boolean isMark(int symbol) {
    return documentMark >= 0 && symbol == documentMark;
  }

  /**
   * {@return the numbers of symbols that are no text: the {@link #unknown()}, the {@link
   * #documentMark()}, padding, and special tokens of a character vocabulary}
   */
  public final Set<Integer> special() {
    Pattern pattern = separator().isEmpty() ? SPECIAL : PADDING;
    Set<Integer> special = new TreeSet<>();
    IntStream.range(0, size())
        .filter(number -> pattern.matcher(symbols().get(number)).matches())
        .forEach(special::add);
    unknown().ifPresent(special::add);
    documentMark().ifPresent(special::add);
    return special;
  }

  /**
   * {@return the {@link #special()} symbols that a generated text never has: all but the {@link
   * #documentMark()}, which ends it}
   */
  public final Set<Integer> neverWritten() {
    Set<Integer> never = special();
    documentMark().ifPresent(never::remove);
    return never;
  }

  static boolean isSpecial(String symbol) {
    return SPECIAL.matcher(symbol).matches();
  }

  /** The number of the token for unknown symbols, -1 if there is none. */
  static int indexOfUnknown(List<String> symbols) {
    if (symbols.get(0).equals(UNKNOWN)) {
      return 0;
    }
    return IntStream.range(0, symbols.size())
        .filter(number -> UNKNOWN_TOKEN.matcher(symbols.get(number)).matches())
        .findFirst()
        .orElse(-1);
  }

  /** {@return the text between two symbols: a space for words, else empty} */
  public abstract String separator();

  /** {@return what a symbol is: {@code character}, {@code word} or {@code byte}} */
  public String unit() {
    return separator().isEmpty() ? "character" : "word";
  }

  /**
   * {@return a function that gives the text of each symbol of a sequence, called in order} A word
   * has {@link #separator()} before it; of bytes the last one of a character gives the character;
   * the {@link #documentMark()} is empty.
   */
  public IntFunction<String> speller() {
    return symbol -> isMark(symbol) ? "" : separator() + symbol(symbol);
  }

  /**
   * {@return a text without the characters that {@link #encode} rejects; newlines stay where they
   * divide documents}
   */
  public final CharacterText known(CharacterText text) {
    if (unknown().isPresent() || text.distinct().allMatch(this::isKnown)) {
      return text;
    }
    CharacterText.Builder known = new CharacterText.Builder();
    text.codePoints().filter(this::isKnown).forEach(known::accept);
    return known.build();
  }

  /** {@return whether {@link #known} leaves a character in a text} */
  public final boolean isKnown(int codePoint) {
    return contains(codePoint) || codePoint == '\n' && documentMark >= 0;
  }

  /**
   * {@return the number of each character or word of a text} Python: {@code [vocab_to_int[c] for c
   * in text]}.
   *
   * @throws InvalidDataException if a character is not in the vocabulary and there is no {@link
   *     #unknown()}; the message names the character and its position
   */
  public final int[] encode(String text) {
    return encode(CharacterText.of(text)).toArray();
  }

  /** As {@link #encode(String)}, for a text of any length; of characters, a view without a copy. */
  public abstract EncodedText encode(CharacterText text);

  /**
   * {@return the text of symbols, with {@link #separator()} between them} It is the inverse of
   * {@link #encode} if nothing was unknown and words were separated by single spaces.
   */
  public final String decode(int... indices) {
    StringBuilder text = new StringBuilder(indices.length);
    IntFunction<String> speller = speller();
    for (int index : indices) {
      text.append(speller.apply(index));
    }
    return text.isEmpty() ? "" : text.substring(separator().length());
  }

  /**
   * {@return the vocabulary as JSON, on one line} Characters by code point are {@code
   * {"format":"charlstm-vocabulary","version":1,"symbols":["\n"," "]}}; the others {@code
   * {"format":"charlstm-vocabulary","version":2,"kind":"words","symbols":["unknown","from"]}}, with
   * kind {@code words}, {@code characters} (with the unknown) or {@code ordered}. Version 3 has
   * special tokens, or words that do not begin with {@link #UNKNOWN}. Version 4 has kind {@code
   * bytes}. Version 5 has any of the kinds and the number of the {@link #documentMark()}: {@code
   * {"format":"charlstm-vocabulary","version":5,"kind":"ordered","symbols":["a","b",""],
   * "document_mark":2}}.
   */
  public final String toJson() {
    return VocabularyJson.write(this);
  }

  /** {@return SHA-256 of {@link #toJson()}, in lower-case hexadecimal} */
  public final String sha256() {
    return Digests.of(toJson().getBytes(StandardCharsets.UTF_8));
  }

  /** Writes {@link #toJson()} and a newline in UTF-8; an existing file is replaced. */
  public final void writeJson(Path path) throws IOException {
    Files.writeString(path, toJson() + "\n", StandardCharsets.UTF_8);
  }

  /**
   * {@return the vocabulary that {@link #writeJson} wrote}
   *
   * @throws InvalidDataException if the file cannot be read or is not a vocabulary; the message
   *     names the file
   */
  public static Vocabulary readJson(Path path) {
    return VocabularyJson.read(TextFile.read(path), path.toString());
  }

  /** The symbols by number, unmodifiable. */
  abstract List<String> symbols();

  @Override
  public final boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((Vocabulary) other).unknown().equals(unknown())
        && ((Vocabulary) other).documentMark == documentMark
        && ((Vocabulary) other).symbols().equals(symbols());
  }

  @Override
  public final int hashCode() {
    return symbols().hashCode();
  }

  @Override
  public final String toString() {
    return "Vocabulary of " + size() + " symbols";
  }
}
