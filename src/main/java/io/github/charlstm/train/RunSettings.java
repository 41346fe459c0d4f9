package io.github.charlstm.train;

import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.LayerSettings;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RowClassifier;
import java.util.Locale;

/** All that a checkpoint says about the run that wrote it: of a run on a text, or on images. */
public sealed interface RunSettings {
  /** {@return name of the recipe that the run began with} */
  String recipe();

  /** {@return how the run trains} */
  TrainingSettings training();

  /** {@return the structure of the network} */
  LayerSettings model();

  /**
   * Checks that a run may go on with other settings: those that fix the variables' shapes or the
   * position in the data must be as they were (or it is an {@link InvalidRunException}); others,
   * such as the learning rate, may change.
   */
  void requireResumable(RunSettings now);

  /** A run on a text. */
  record Text(
      String recipe,
      ModelSettings model,
      TextPreparation preparation,
      TrainingSettings training,
      TextReference text)
      implements RunSettings {
    public Text {
      requireOne("validation", training.validation(), text.validation());
      requireOne("test", training.test(), text.test());
      if (training.patience() > 0 && training.validation() == 0 && !text.validation().isKnown()) {
        throw new IllegalArgumentException(
            "`patience`: expected 0 without a text held out (`validation`), found "
                + training.patience());
      }
    }

    /** Checks that texts are those that the run began with, or it is an InvalidRunException. */
    public void requireSameTexts(TextReference now) {
      requireSameText(text, now);
      requireSameHeldOut("validation", text.validation(), now.validation());
      requireSameHeldOut("test", text.test(), now.test());
    }

    private static void requireOne(String what, double share, TextReference.HeldOut file) {
      if (share > 0 && file.isKnown()) {
        throw new IllegalArgumentException(
            "%s: expected a share or a text, found %s and %s"
                .formatted(what, share, file.source()));
      }
    }

    @Override
    public void requireResumable(RunSettings other) {
      if (!(other instanceof Text now)) {
        throw new InvalidRunException("the run is one on a text, not on images");
      }
      requireSame("vocabulary_size", model.vocabularySize(), now.model.vocabularySize());
      requireSameModel(this, now);
      // these have variables of their own
      requireSame("optimizer", training.optimizer().text(), now.training.optimizer().text());
      if (training.averageDecay() == 0 || now.training.averageDecay() == 0) {
        requireSame("average_decay", training.averageDecay(), now.training.averageDecay());
      }
      if (!text.isKnown()) {
        return; // an imported run has no position in a text yet
      }
      requireSameTexts(now.text);
      requireSameBatches(this, now);
      requireSame("num_steps", training.numSteps(), now.training.numSteps());
      requireSame("validation", training.validation(), now.training.validation());
      requireSame("test", training.test(), now.training.test());
      requireSame("documents", word(training.documents()), word(now.training.documents()));
      requireSame("last_target", word(training.lastTarget()), word(now.training.lastTarget()));
    }
  }

  /** A run on images, for the {@code steps} of its training settings. */
  record Images(
      String recipe, RowClassifier.Settings model, TrainingSettings training, ImageReference images)
      implements RunSettings {
    @Override
    public void requireResumable(RunSettings other) {
      if (!(other instanceof Images now)) {
        throw new InvalidRunException("the run is one on images, not on a text");
      }
      requireSame("loop", model.loop().text(), now.model.loop().text());
      requireSame("bidirectional", model.bidirectional(), now.model.bidirectional());
      requireSameModel(this, now);
      requireSame("holdout", images.holdout(), now.images.holdout());
      requireSameBatches(this, now);
      if (!images.sha256().equals(now.images.sha256())) {
        throw new InvalidRunException(
            "a run is resumed with the images that it began with; those of %s are others by their"
                    .formatted(now.images.folder().isEmpty() ? "the data set" : now.images.folder())
                + " SHA-256; name the first ones' folder (`data`), or begin a new run");
      }
    }
  }

  /**
   * Which images a run learns.
   *
   * @param folder of their files; empty for the cache of data sets
   * @param holdout number of the last test images that are tested on; the others are trained on,
   *     or, if this is 0, the training set
   * @param sha256 of those trained on, then, after a space, of those tested on
   */
  record ImageReference(String folder, int holdout, String sha256) {}

  private static void requireSameModel(RunSettings before, RunSettings now) {
    requireSame("lstm_size", before.model().units(), now.model().units());
    requireSame("num_layers", before.model().numLayers(), now.model().numLayers());
    requireSame("the model", before.model().describe(), now.model().describe());
  }

  private static void requireSameBatches(RunSettings before, RunSettings now) {
    requireSame("batch_size", before.training().batchSize(), now.training().batchSize());
    requireSame("seed", before.training().seed(), now.training().seed());
  }

  private static void requireSameText(TextReference before, TextReference now) {
    if (before.sha256().equals(now.sha256())) {
      return;
    }
    String found =
        now.read().equals(before.read())
            ? now.describe()
            : "%s read as %s".formatted(now.describe(), now.read().encoding());
    throw new InvalidRunException(
        "the run needs the text that it began with; %s %s by its SHA-256; name the first"
                .formatted(
                    found,
                    found.equals(before.describe())
                        ? "has changed since"
                        : "is another than " + before.describe() + " was")
            + " text (`data`), or begin a new run in another folder");
  }

  private static void requireSameHeldOut(
      String what, TextReference.HeldOut before, TextReference.HeldOut now) {
    if (!before.sha256().equals(now.sha256())) {
      throw new InvalidRunException(
          "the run needs the texts that it began with: `%s` was %s and is now %s%s"
              .formatted(
                  what,
                  before.isKnown() ? before.source() : "a share",
                  now.isKnown() ? now.source() : "a share",
                  before.source().equals(now.source()) ? ", which has changed since" : ""));
    }
  }

  private static String word(Enum<?> target) {
    return target.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void requireSame(String what, Object before, Object now) {
    if (!before.equals(now)) {
      throw new InvalidRunException(
          String.format(
              "a run is resumed with what it began with: %s was %s and is now %s; leave it out, or"
                  + " begin a new run in another folder",
              what.indexOf(' ') < 0 ? "`" + what + "`" : what, before, now));
    }
  }
}
