package io.github.charlstm.cli;

import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model that a command's flags name: a checkpoint, or a loaded model from Python; {@code kind}
 * is "checkpoint" or "model", as in JSON. The vocabulary is as large as the predictions.
 */
record TextModel(
    Flags flags,
    String kind,
    Path path,
    Vocabulary vocabulary,
    Optional<TrainingCheckpoint> checkpoint,
    Optional<ForeignModel> loaded) {

  /**
   * Finds the model. One from Python, with which the other flags do not go, is loaded, since its
   * vocabulary's size is checked; a checkpoint is not loaded yet.
   */
  static TextModel find(Flags flags, Console console, Flag<?>... others) {
    if (ExternalModelOptions.areGiven(flags, others)) {
      return ofPython(ExternalModelOptions.open(flags, console), flags);
    }
    TrainingCheckpoint found = RunFolders.openCheckpoint(flags, console);
    return new TextModel(
        flags,
        "checkpoint",
        found.folder(),
        found.vocabulary(),
        Optional.of(found),
        Optional.empty());
  }

  private static TextModel ofPython(ExternalModelOptions.Opened opened, Flags flags) {
    return new TextModel(
        flags,
        "model",
        ExternalModelOptions.path(flags),
        opened.vocabulary(),
        Optional.empty(),
        Optional.of(opened.model()));
  }

  Optional<RunSettings.Text> settings() {
    return checkpoint.map(TrainingCheckpoint::settings);
  }

  /** How its texts are cleaned. */
  TextPreparation preparation() {
    return settings().map(RunSettings.Text::preparation).orElse(TextPreparation.CHARACTERS);
  }

  /** How its text was read; UTF-8 for a model from Python. */
  TextFormat format() {
    return settings().map(known -> known.text().read()).orElse(TextFormat.UTF_8);
  }

  NextSymbolModel open() {
    return loaded.isPresent() ? loaded.get() : checkpoint.orElseThrow().session(1, 1);
  }
}
