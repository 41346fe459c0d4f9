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
import java.util.Optional;
import java.util.Set;
import org.apache.commons.cli.Options;

/** The flags that name a model of another program, the same for every command that opens one. */
final class ExternalModelOptions {
  static final String SAVED_MODEL = "saved-model";
  static final String META = "meta";
  static final String GRAPH_DEF = "graph-def";
  static final String VOCAB = "vocab";
  private static final List<String> MODELS = List.of(SAVED_MODEL, META, GRAPH_DEF);
  private static final List<String> DETAILS = List.of("signature", Flags.MAP, "tags", "trust");

  private ExternalModelOptions() {}

  /** Adds the flags; those of the vocabulary too if the command reads or writes text. */
  static void add(Options options, boolean withVocabulary) {
    options.addOption(null, SAVED_MODEL, true, "a SavedModel that Python wrote: its folder");
    options.addOption(null, META, true, "a MetaGraph that Python wrote: its .meta file");
    options.addOption(
        null, GRAPH_DEF, true, "a frozen graph that Python wrote: its .pb or .pbtxt file");
    if (withVocabulary) {
      options.addOption(
          null, VOCAB, true, "its vocabulary: JSON, or the text whose sorted characters it is");
    }
    options.addOption(null, "signature", true, "its signature (default: serving_default)");
    options.addOption(
        null,
        Flags.MAP,
        true,
        "role=tensor:0, where the signature and TF1's names do not say it; roles: inputs,"
            + " predictions, keep_prob, training, initial_state, final_state (several: by commas)");
    options.addOption(null, "tags", true, "which graph of a SavedModel (default: serve)");
    options.addOption(
        null, "trust", false, "run it even if it reaches files, processes or other machines");
  }

  /**
   * Whether the command line names such a model.
   *
   * @param others flags that do not go with one
   * @throws UsageException if the flags do not go together
   */
  static boolean areGiven(Flags flags, String... others) {
    List<String> given = MODELS.stream().filter(flags::has).toList();
    if (given.isEmpty()) {
      for (String detail : DETAILS) {
        requireModel(flags, detail);
      }
      requireModel(flags, VOCAB);
      return false;
    }
    String model = given.get(0);
    if (given.size() > 1) {
      throw new UsageException("--" + model + " does not go with --" + given.get(1));
    }
    for (String other : others) {
      if (flags.has(other)) {
        throw new UsageException("--" + other + " does not go with --" + model);
      }
    }
    if (!flags.has(SAVED_MODEL) && flags.has("tags")) {
      throw new UsageException(
          "--tags does not go with --" + model + ": such a file holds one graph");
    }
    if (flags.has(GRAPH_DEF) && flags.has("signature")) {
      throw new UsageException(
          "--signature does not go with --graph-def: such a file holds none; use --map");
    }
    return true;
  }

  private static void requireModel(Flags flags, String detail) {
    if (flags.has(detail)) {
      throw new UsageException("--" + detail + " needs --saved-model, --meta or --graph-def");
    }
  }

  /** What the user typed for the model. */
  static Path path(Flags flags) {
    return MODELS.stream().flatMap(model -> flags.path(model).stream()).findFirst().orElseThrow();
  }

  private static ForeignModelOptions options(Flags flags) {
    ForeignModelOptions defaults = ForeignModelOptions.defaults();
    return new ForeignModelOptions(
        flags.text("tags").map(tags -> Set.<String>of(tags.split(","))).orElse(defaults.tags()),
        flags.text("signature"),
        roles(flags),
        flags.has("trust"));
  }

  private static RoleMap roles(Flags flags) {
    try {
      return RoleMap.parse(flags.all(Flags.MAP));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--map: " + e.getMessage());
    }
  }

  /** The vocabulary, which such a model does not bring. */
  static Vocabulary vocabulary(Flags flags) {
    return VocabularyFile.read(vocabularyFile(flags), TextFlags.format(flags, TextFormat.UTF_8));
  }

  private static Path vocabularyFile(Flags flags) {
    Optional<Path> file = flags.path(VOCAB);
    return file.orElseThrow(
        () ->
            new UsageException(
                "--vocab is missing: a model that Python wrote does not hold its characters; give"
                    + " the text it was trained on, or a JSON list of its characters"));
  }

  /** The model, its vocabulary checked. */
  static ForeignModel open(Flags flags, Vocabulary vocabulary) {
    ForeignModelOptions options = options(flags);
    ForeignModel model = open(flags, options);
    try {
      model.requireVocabulary(vocabulary.size(), vocabularyFile(flags).toString());
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static ForeignModel open(Flags flags, ForeignModelOptions options) {
    if (flags.has(SAVED_MODEL)) {
      return ForeignModel.savedModel(path(flags), options);
    }
    return flags.has(META)
        ? ForeignModel.metaGraph(path(flags), options)
        : ForeignModel.graphDef(path(flags), options);
  }

  static ModelDescription describe(Flags flags) {
    ForeignModelOptions options = options(flags);
    if (flags.has(SAVED_MODEL)) {
      return ModelDescription.savedModel(path(flags), options);
    }
    return flags.has(META)
        ? ModelDescription.metaGraph(path(flags), options)
        : ModelDescription.graphDef(path(flags), options);
  }
}
