package io.github.charlstm.cli;

import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model that a command's flags name: a checkpoint, or a model from Python, which has none;
 * {@code kind} is "checkpoint" or "model", as in JSON.
 */
record TextModel(
    Flags flags,
    String kind,
    Path path,
    Vocabulary vocabulary,
    Optional<TrainingCheckpoint> checkpoint) {

  /**
   * Finds the model, which is not loaded yet; {@code others} do not go with a model from Python.
   */
  static TextModel find(Flags flags, Console console, Flag<?>... others) {
    if (ExternalModelOptions.areGiven(flags, others)) {
      Vocabulary vocabulary = ExternalModelOptions.vocabulary(flags);
      Path path = ExternalModelOptions.path(flags);
      return new TextModel(flags, "model", path, vocabulary, Optional.empty());
    }
    TrainingCheckpoint found = RunFolders.openCheckpoint(flags, console);
    return new TextModel(
        flags, "checkpoint", found.folder(), found.vocabulary(), Optional.of(found));
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

  /** Loads the model. */
  NextSymbolModel open() {
    return checkpoint.isPresent()
        ? checkpoint.get().session(1, 1)
        : ExternalModelOptions.open(flags, vocabulary);
  }
}
