package io.github.charlstm.train;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DocumentBatches;
import io.github.charlstm.data.Documents;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.EncodedDocuments;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TextSplit;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.data.Vocabulary;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;

/** The texts of a run, cleaned and divided as its settings say. */
public final class TextParts {
  /** Which part. */
  public enum Part {
    /** The text, with what is held out of it. */
    WHOLE,
    /** What is trained on. */
    TRAIN,
    /** What is scored at each checkpoint. */
    VALIDATION,
    /** What is scored at the end only. */
    TEST
  }

  private final RunSettings.Text settings;
  private final Map<Part, Content> contents = new EnumMap<>(Part.class);

  // A part that holds nothing is not there.
  private record Content(CharacterText text, Optional<Documents> documents) {
    EvaluationWindows windows(
        Vocabulary vocabulary,
        Function<CharacterText, EncodedText> encoder,
        Rows rows,
        int numSteps) {
      if (documents.isPresent()) {
        EncodedDocuments encoded = documents.get().encode(vocabulary, encoder);
        return DocumentBatches.inOrder(encoded, rows.of(encoded.size()), numSteps);
      }
      EncodedText encoded = encoder.apply(text);
      // A stream shorter than a window would be mostly padding.
      return new EvaluationBatches(encoded, rows.of((encoded.length() - 1) / numSteps), numSteps);
    }
  }

  /** The rows of a window, by how many can be filled; at least 1. */
  private interface Rows {
    int of(int most);
  }

  private TextParts(RunSettings.Text settings) {
    this.settings = settings;
  }

  /**
   * {@return the parts of cleaned texts}
   *
   * @throws InvalidDataException if a share leaves a part empty
   */
  public static TextParts of(RunSettings.Text settings, TextCorpus cleaned) {
    TextParts parts = new TextParts(settings);
    TrainingSettings training = settings.training();
    if (training.documents() == Division.NONE) {
      TextSplit split = TextSplit.of(cleaned.text(), training.validation(), training.test());
      parts.put(Part.WHOLE, cleaned.text());
      parts.put(Part.TRAIN, split.training());
      parts.put(Part.VALIDATION, cleaned.validation().orElse(split.validation()));
      parts.put(Part.TEST, cleaned.test().orElse(split.test()));
      return parts;
    }
    Documents all = Documents.of(cleaned.text(), training.documents());
    Documents.Split split = all.split(training.validation(), training.test());
    parts.put(Part.WHOLE, all);
    parts.put(Part.TRAIN, split.training());
    parts.put(
        Part.VALIDATION, cleaned.validation().map(parts::documents).orElse(split.validation()));
    parts.put(Part.TEST, cleaned.test().map(parts::documents).orElse(split.test()));
    return parts;
  }

  /** {@return a cleaned text as the part {@link Part#WHOLE}, the only one} */
  public static TextParts whole(RunSettings.Text settings, CharacterText cleaned) {
    TextParts parts = new TextParts(settings);
    if (settings.training().documents() == Division.NONE) {
      parts.contents.put(Part.WHOLE, new Content(cleaned, Optional.empty()));
    } else {
      parts.put(Part.WHOLE, parts.documents(cleaned));
    }
    return parts;
  }

  private Documents documents(CharacterText text) {
    return Documents.of(text, settings.training().documents());
  }

  private void put(Part part, CharacterText text) {
    if (!text.isEmpty()) {
      contents.put(part, new Content(text, Optional.empty()));
    }
  }

  private void put(Part part, Documents documents) {
    if (documents.size() > 0) {
      contents.put(part, new Content(documents.text(), Optional.of(documents)));
    }
  }

  /** {@return whether there is such a part} */
  public boolean has(Part part) {
    return contents.containsKey(part);
  }

  /**
   * {@return a part as a text; of documents those of the part, a newline after each}
   *
   * @throws InvalidDataException if there is no such part
   */
  public CharacterText text(Part part) {
    Content content = content(part);
    if (content.documents.isEmpty()) {
      return content.text;
    }
    StringBuilder text = new StringBuilder();
    Documents documents = content.documents.get();
    for (int document = 0; document < documents.size(); document++) {
      text.append(documents.get(document)).append('\n');
    }
    return CharacterText.of(text.toString());
  }

  /** {@return the documents of a part; empty if the text is not divided} */
  public Optional<Documents> documents(Part part) {
    return content(part).documents;
  }

  /** {@return the windows to train on} */
  TrainingBatches batches(Vocabulary vocabulary) {
    TrainingSettings training = settings.training();
    Content content = content(Part.TRAIN);
    return explained(
        "without what",
        () ->
            content.documents.isPresent()
                ? new DocumentBatches(
                    content.documents.get().encode(vocabulary),
                    training.batchSize(),
                    training.numSteps(),
                    training.seed())
                : settings
                    .preparation()
                    .batches(
                        vocabulary.encode(content.text),
                        training.batchSize(),
                        training.numSteps(),
                        training.lastTarget(),
                        training.seed()));
  }

  /** {@return the windows that score what is held out for validation, in so many rows} */
  EvaluationWindows validationWindows(Vocabulary vocabulary, int rows) {
    return explained(
        "of what", () -> windows(Part.VALIDATION, vocabulary, vocabulary::encode, most -> rows));
  }

  /**
   * {@return the windows that score a part, in so many rows}
   *
   * @param encoder encodes a text with the vocabulary
   * @throws InvalidDataException if there is no such part, or it is too short
   */
  public EvaluationWindows windows(
      Part part, Vocabulary vocabulary, Function<CharacterText, EncodedText> encoder, int rows) {
    return windows(part, vocabulary, encoder, most -> rows);
  }

  /** As above, in so many rows or, if the part cannot fill them, in fewer. */
  public EvaluationWindows windowsOfAtMost(
      Part part, Vocabulary vocabulary, Function<CharacterText, EncodedText> encoder, int rows) {
    return windows(part, vocabulary, encoder, most -> Math.max(1, Math.min(rows, most)));
  }

  private EvaluationWindows windows(
      Part part, Vocabulary vocabulary, Function<CharacterText, EncodedText> encoder, Rows rows) {
    return content(part).windows(vocabulary, encoder, rows, settings.training().numSteps());
  }

  private Content content(Part part) {
    Content content = contents.get(part);
    if (content == null) {
      throw new InvalidDataException(
          part == Part.VALIDATION
              ? "the run holds out nothing to validate on (`validation`)"
              : "the run holds out nothing to test on (`test`)");
    }
    return content;
  }

  // A part that is too short is an effect of the share held out, which the part does not know.
  private <B> B explained(String which, Supplier<B> batches) {
    TrainingSettings training = settings.training();
    try {
      return batches.get();
    } catch (InvalidDataException e) {
      StringJoiner shares = new StringJoiner(" and ");
      if (training.validation() > 0) {
        shares.add("`validation` " + training.validation());
      }
      if (training.test() > 0) {
        shares.add("`test` " + training.test());
      }
      if (shares.length() == 0) {
        throw e;
      }
      throw new InvalidDataException(which + " " + shares + " holds out: " + e.getMessage(), e);
    }
  }
}
