package io.github.charlstm.data;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The documents of a text, such as names, tunes or molecules: a model reads each from a state of
 * zeros. Immutable.
 */
public final class Documents {

  /** How a text is divided. */
  public enum Division {
    /** Not at all: it is one long text. */
    NONE,
    /** Each line is a document; empty lines are passed over. */
    LINES,
    /** The lines up to the next blank line, one that is empty or white space, are a document. */
    BLOCKS
  }

  // Documents are held out in the same random order whatever the seed of a run, so that runs with
  // different seeds are scored on the same ones.
  private static final long SPLIT_SEED = 0;

  private final CharacterText text;
  private final int[] begins; // in text
  private final int[] ends;

  private Documents(CharacterText text, int[] begins, int[] ends) {
    this.text = text;
    this.begins = begins;
    this.ends = ends;
  }

  /**
   * {@return the documents of a text, in its order} A newline inside a document is part of it; the
   * newlines and blank lines between documents are not.
   *
   * @throws InvalidDataException if there is none
   */
  public static Documents of(CharacterText text, Division division) {
    if (division == Division.NONE) {
      throw new IllegalArgumentException("a text that is not divided has no documents");
    }
    Builder builder = new Builder(division);
    text.forEach(builder::accept);
    return builder.build();
  }

  /** The documents' characters one after the other, without what is between them. */
  private static final class Builder {
    private final boolean lines;
    private final CharacterText.Builder characters = new CharacterText.Builder();
    private final StringBuilder line = new StringBuilder();
    private int[] ends = new int[64];
    private int count;
    private int length;
    private int begin;

    Builder(Division division) {
      lines = division == Division.LINES;
    }

    void accept(int character) {
      if (character == '\n') {
        endLine();
      } else {
        line.appendCodePoint(character);
      }
    }

    private void endLine() {
      if (lines ? line.isEmpty() : line.toString().isBlank()) {
        endDocument();
      } else {
        if (length > begin) {
          add('\n');
        }
        line.codePoints().forEach(this::add);
        if (lines) {
          endDocument();
        }
      }
      line.setLength(0);
    }

    private void add(int character) {
      characters.accept(character);
      length++;
    }

    private void endDocument() {
      if (length == begin) {
        return;
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
      }
      ends[count++] = length;
      begin = length;
    }

    Documents build() {
      endLine();
      endDocument();
      if (count == 0) {
        throw new InvalidDataException(
            "the text has no documents: each of its lines is "
                + (lines ? "empty" : "empty or white space"));
      }
      int[] allEnds = Arrays.copyOf(ends, count);
      int[] begins = new int[count];
      System.arraycopy(allEnds, 0, begins, 1, count - 1);
      return new Documents(characters.build(), begins, allEnds);
    }
  }

  /** {@return the number of documents} */
  public int size() {
    return ends.length;
  }

  /** {@return one document, a view of the text} */
  public CharacterText get(int index) {
    return text.slice(begins[index], ends[index]);
  }

  /** {@return the characters of all documents that were read, those of other parts included} */
  public CharacterText text() {
    return text;
  }

  /**
   * {@return the same documents as numbers of a vocabulary that has a {@link
   * Vocabulary#documentMark()}}
   *
   * @throws InvalidDataException if it has none, if its symbols are not characters, or a character
   *     is not in it
   */
  public EncodedDocuments encode(Vocabulary vocabulary) {
    return encode(vocabulary, vocabulary::encode);
  }

  /** As above, by a function that encodes a text with this vocabulary. */
  public EncodedDocuments encode(
      Vocabulary vocabulary, Function<CharacterText, EncodedText> encoder) {
    if (vocabulary.documentMark().isEmpty() || !(vocabulary instanceof CharacterVocabulary)) {
      throw new InvalidDataException(
          "documents need a vocabulary of characters with a mark of documents, found one of "
              + vocabulary.unit()
              + "s"
              + (vocabulary.documentMark().isEmpty() ? " without it" : ""));
    }
    return new EncodedDocuments(
        encoder.apply(text), begins, ends, vocabulary.documentMark().getAsInt());
  }

  /** Documents to train on, to validate on and to test on. */
  public record Split(Documents training, Documents validation, Documents test) {}

  /**
   * {@return the documents in three parts, of the given shares of their number} Which ones are held
   * out is random, and the same for every run: files are often sorted.
   *
   * @throws InvalidDataException if a share is out of range or leaves a part of it without
   *     documents
   */
  public Split split(double validation, double test) {
    TextSplit.Lengths lengths = TextSplit.lengths(size(), validation, test, "documents");
    int[] order = EpochShuffle.shuffled(SPLIT_SEED).of(0, size());
    int held = lengths.training() + lengths.validation();
    return new Split(
        part(order, 0, lengths.training()),
        part(order, lengths.training(), held),
        part(order, held, size()));
  }

  private Documents part(int[] order, int from, int to) {
    int[] indices = Arrays.copyOfRange(order, from, to);
    Arrays.sort(indices);
    return new Documents(
        text,
        IntStream.of(indices).map(index -> begins[index]).toArray(),
        IntStream.of(indices).map(index -> ends[index]).toArray());
  }
}
