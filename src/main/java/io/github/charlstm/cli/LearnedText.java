package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.Documents;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.CopiedText;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextParts;
import io.github.charlstm.train.TextParts.Part;
import io.github.charlstm.train.TextReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The text with which samples are compared: that of {@code --compare-with}, or else the one that
 * the model learned, if it is on this machine; nothing is fetched for it.
 *
 * @param source its file or data set
 * @param text cleaned as the model's texts are; of documents, a line break is between them
 * @param documents of a model of documents
 */
record LearnedText(String source, CharacterText text, Optional<Set<String>> documents) {
  static final Flag<String> COMPARE_WITH =
      Flag.textSource(
          "compare-with",
          "--copied, --novel: a text file or a data set (default: what the model learned)");

  static LearnedText find(Flags flags, TextModel chosen, Console console) {
    if (flags.has(COMPARE_WITH)) {
      String source = flags.get(COMPARE_WITH);
      TrainingData.dataSet(source).ifPresent(LearnedText::requireHere);
      Division division = division(chosen);
      TrainingData data =
          TrainingData.find(
              flags,
              List.of(source),
              chosen.format(),
              Newlines.of(chosen.vocabulary()),
              division,
              console);
      CharacterText cleaned = chosen.preparation().clean(data.characters());
      return of(
          source,
          cleaned,
          division == Division.NONE
              ? Optional.empty()
              : Optional.of(Documents.of(cleaned, division)));
    }
    RunSettings.Text settings =
        chosen
            .settings()
            .orElseThrow(
                () ->
                    new UsageException(
                        "%s is missing: a model from Python does not name the text it was trained"
                            + " on",
                        COMPARE_WITH));
    TextReference learned = settings.text();
    if (learned.dataSet()) {
      requireHere(DataSets.named(learned.source()));
    } else if (!learned.isKnown() || !Files.exists(Path.of(learned.source()))) {
      throw new UsageException(
          "the text that the model learned %s; name it with %s",
          learned.isKnown() ? "was " + learned.source() + ", which is not there" : "is not known",
          COMPARE_WITH);
    }
    TrainingData data = TrainingData.again(flags, settings, chosen.vocabulary(), console);
    if (!data.identity().sha256().equals(learned.sha256())) {
      throw new UsageException(
          "%s is another text than the one that the model learned; %s compares with it all the"
              + " same",
          learned.source(), COMPARE_WITH);
    }
    CharacterText cleaned = settings.preparation().clean(data.characters());
    TextParts parts = TextParts.of(settings, TextCorpus.of(cleaned));
    return of(learned.source(), parts.text(Part.TRAIN), parts.documents(Part.TRAIN));
  }

  private static LearnedText of(String source, CharacterText text, Optional<Documents> documents) {
    return new LearnedText(
        source,
        text,
        documents.map(
            all ->
                IntStream.range(0, all.size())
                    .mapToObj(k -> all.get(k).toString())
                    .collect(Collectors.toSet())));
  }

  private static Division division(TextModel chosen) {
    Vocabulary vocabulary = chosen.vocabulary();
    if (vocabulary.documentMark().isEmpty()) {
      return Division.NONE;
    }
    return chosen
        .settings()
        .map(settings -> settings.training().documents())
        // of an exported model: only documents of several lines have line breaks
        .orElse(vocabulary.contains('\n') ? Division.BLOCKS : Division.LINES);
  }

  private static void requireHere(DataSet dataSet) {
    if (!dataSet.isEmbedded() && TrainingData.cache().find(dataSet).isEmpty()) {
      throw new UsageException(
          "the text %s is not on this machine; fetch it (charlstm data fetch %1$s), or name another"
              + " with %s",
          dataSet.name(), COMPARE_WITH);
    }
  }

  CopiedText copied(String generated) {
    return CopiedText.of(generated, text);
  }

  /** Whether a generated text is no part of it; of a document, with its prime, none of them. */
  boolean isNew(String prime, String generated) {
    return documents.isPresent()
        ? !documents.get().contains(prime + generated)
        : !CopiedText.isPart(generated, text);
  }
}
