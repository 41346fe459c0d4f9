package io.github.charlstm.data;

import io.github.charlstm.data.Documents.Division;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a run reads: a text, and other texts to validate and to test on, if these are not shares of
 * the text itself.
 */
public record TextCorpus(
    CharacterText text, Optional<CharacterText> validation, Optional<CharacterText> test) {

  /** {@return a text alone} */
  public static TextCorpus of(CharacterText text) {
    return new TextCorpus(text, Optional.empty(), Optional.empty());
  }

  /** {@return each text changed, for instance cleaned} */
  public TextCorpus map(UnaryOperator<CharacterText> change) {
    return new TextCorpus(change.apply(text), validation.map(change), test.map(change));
  }

  /**
   * {@return the vocabulary of these texts, which are cleaned} It has the characters of all texts,
   * or the words of the first one. For documents it has their characters, without those that are
   * only between them, and the {@link Vocabulary#documentMark()}.
   *
   * @throws InvalidDataException if there is no symbol, or documents are asked for and the
   *     preparation is not {@link TextPreparation#CHARACTERS}
   */
  public Vocabulary vocabulary(TextPreparation preparation, Division division) {
    if (preparation != TextPreparation.CHARACTERS) {
      if (division != Division.NONE) {
        throw new InvalidDataException(
            "`documents` go with recipes that read every character of a text as it is; this one"
                + " cleans it");
      }
      return preparation.vocabulary(text);
    }
    List<CharacterText> texts =
        Stream.of(Optional.of(text), validation, test)
            .flatMap(Optional::stream)
            .map(one -> division == Division.NONE ? one : Documents.of(one, division).text())
            .toList();
    CharacterText.Builder distinct = new CharacterText.Builder();
    texts.forEach(one -> one.distinct().forEach(distinct));
    Vocabulary vocabulary = preparation.vocabulary(distinct.build());
    return division == Division.NONE ? vocabulary : vocabulary.withDocumentMark();
  }
}
