package io.github.charlstm.cli;

import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.foreign.ForeignModelOptions;
import io.github.charlstm.foreign.ModelDescription;
import io.github.charlstm.foreign.RoleMap;
import io.github.charlstm.interop.VocabularyFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The flags of every command that opens a model from Python. */
final class ExternalModelOptions {
  static final Flag<Path> SAVED_MODEL =
      Flag.path("saved-model", "a SavedModel from Python: its folder");
  static final Flag<Path> META = Flag.path("meta", "a MetaGraph from Python: its .meta file");
  static final Flag<Path> GRAPH_DEF =
      Flag.path("graph-def", "a frozen graph from Python: its .pb or .pbtxt file");
  static final Flag<Path> VOCAB =
      Flag.path(
          "vocab", "its vocabulary: JSON, a pickle, or the text whose sorted characters it is");
  private static final Flag<String> SIGNATURE =
      Flag.text("signature", "its signature (default: serving_default)");
  static final Flag<RoleMap> MAP =
      Flag.repeatable(
          "map",
          RoleMap::parse,
          "role=tensor:0, where the signature and TF1's names do not say it; roles: inputs,"
              + " predictions, keep_prob, training, initial_state, final_state (several: by"
              + " commas)");
  private static final Flag<String> TAGS =
      Flag.text("tags", "which graph of a SavedModel (default: serve)");
  private static final Flag<Boolean> TRUST =
      Flag.toggle("trust", "run it even if it reaches files, processes or other machines");
  private static final List<Flag<Path>> MODELS = List.of(SAVED_MODEL, META, GRAPH_DEF);

  private ExternalModelOptions() {}

  /** The flags; with the vocabulary's if the command reads or writes text. */
  static List<Flag<?>> flags(boolean withVocabulary) {
    return withVocabulary
        ? List.of(SAVED_MODEL, META, GRAPH_DEF, VOCAB, SIGNATURE, MAP, TAGS, TRUST)
        : List.of(SAVED_MODEL, META, GRAPH_DEF, SIGNATURE, MAP, TAGS, TRUST);
  }

  /** Whether such a model is named; {@code --checkpoint} and the others do not go with it. */
  static boolean areGiven(Flags flags, Flag<?>... others) {
    List<Flag<Path>> given = MODELS.stream().filter(flags::has).toList();
    if (given.isEmpty()) {
      for (Flag<?> detail : List.of(SIGNATURE, MAP, TAGS, TRUST, VOCAB)) {
        if (flags.has(detail)) {
          throw new UsageException("%s needs %s, %s or %s", detail, SAVED_MODEL, META, GRAPH_DEF);
        }
      }
      return false;
    }
    Flag<Path> model = given.get(0);
    if (given.size() > 1) {
      throw new UsageException("%s does not go with %s", model, given.get(1));
    }
    for (Flag<?> other : Flags.join(List.of(RunFolders.CHECKPOINT), List.of(others))) {
      if (flags.has(other)) {
        throw new UsageException("%s does not go with %s", other, model);
      }
    }
    if (model != SAVED_MODEL && flags.has(TAGS)) {
      throw new UsageException("%s does not go with %s: such a file holds one graph", TAGS, model);
    }
    if (model == GRAPH_DEF && flags.has(SIGNATURE)) {
      throw new UsageException(
          "%s does not go with %s: such a file holds none; use %s", SIGNATURE, model, MAP);
    }
    return true;
  }

  static Path path(Flags flags) {
    return MODELS.stream().flatMap(model -> flags.find(model).stream()).findFirst().orElseThrow();
  }

  private static ForeignModelOptions options(Flags flags) {
    ForeignModelOptions defaults =
        flags.has(SAVED_MODEL)
            ? ForeignModelOptions.savedModel()
            : flags.has(META) ? ForeignModelOptions.metaGraph() : ForeignModelOptions.graphDef();
    return new ForeignModelOptions(
        defaults.format(),
        flags.find(TAGS).map(tags -> Set.of(tags.split(","))).orElse(defaults.tags()),
        flags.find(SIGNATURE),
        flags.get(MAP),
        flags.has(TRUST));
  }

  /** The vocabulary, which such a model does not contain. */
  static Vocabulary vocabulary(Flags flags) {
    return VocabularyFile.read(vocabularyFile(flags), TextFlags.format(flags, TextFormat.UTF_8));
  }

  private static Path vocabularyFile(Flags flags) {
    if (!flags.has(VOCAB)) {
      throw new UsageException(
          VOCAB
              + " is missing: a model from Python does not contain its characters; name the text"
              + " it was trained on, or a JSON list of its characters");
    }
    return flags.get(VOCAB);
  }

  /** Whether the vocabulary is a list of symbols, not a text, so that the model may have more. */
  static boolean isVocabularyList(Flags flags) {
    return VocabularyFile.isList(vocabularyFile(flags));
  }

  /**
   * A loaded model.
   *
   * @param vocabulary as many symbols as it predicts
   */
  record Opened(ForeignModel model, Vocabulary vocabulary) {}

  /** Opens the model and checks the size of its vocabulary. */
  static Opened open(Flags flags, Console console) {
    Vocabulary vocabulary = vocabulary(flags);
    ForeignModel model =
        console.during("loading the model", () -> ForeignModel.open(path(flags), options(flags)));
    try {
      if (isVocabularyList(flags) && model.vocabularySize() == vocabulary.size() + 1) {
        vocabulary = vocabulary.withSpare();
        console.note(
            "the model has one class more than %s has symbols; the last class, %s, is never"
                + " written",
            vocabularyFile(flags), vocabulary.symbol(vocabulary.size() - 1));
      }
      model.requireVocabulary(vocabulary.size(), vocabularyFile(flags).toString());
      return new Opened(model, vocabulary);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  static ModelDescription describe(Flags flags) {
    return ModelDescription.of(path(flags), options(flags));
  }
}
