package io.github.charlstm.train;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.RowClassifierSession;
import java.util.Map;
import java.util.Optional;

/**
 * Training the classifier of images. As on the tutorial's page, the accuracy on the way is that of
 * the batch that the step is about to train on. Batches and dropout's masks depend on the step
 * alone, so a resumed run has the numbers of one that never stopped.
 */
public final class ImageTask extends TrainingTask<MnistImages.Batch> {

  private final RunSettings.Images settings;
  private final MnistImages.Split images;
  private final MnistImages.Batches batches;
  private final RowClassifierSession session;

  ImageTask(RunSettings.Images settings, MnistImages.Split images) {
    this.settings = settings;
    this.images = images;
    TrainingSettings training = settings.training();
    batches = new MnistImages.Batches(images.training(), training.batchSize(), training.seed());
    session =
        RowClassifierSession.of(
            settings.model(), training.learningRate(), training.seed(), training.lanes());
  }

  /** {@return SHA-256 of both parts, as {@link RunSettings.ImageReference} holds it} */
  public static String digest(MnistImages.Split images) {
    return images.training().digest() + " " + images.test().digest();
  }

  @Override
  public RunSettings.Images settings() {
    return settings;
  }

  /** {@return the images to train on and to test on} */
  public MnistImages.Split images() {
    return images;
  }

  /** {@return probabilities {@code [rows][classes]} after each row of an image's pixels} */
  public double[][] probabilitiesByRow(float[] image) {
    float[] flat = session.predictByRow(image);
    int classes = settings.model().classes();
    double[][] rows = new double[settings.model().rows()][classes];
    for (int k = 0; k < flat.length; k++) {
      rows[k / classes][k % classes] = flat[k];
    }
    return rows;
  }

  @Override
  RowClassifierSession session() {
    return session;
  }

  @Override
  Optional<Vocabulary> vocabulary() {
    return Optional.empty();
  }

  @Override
  long lastStep() {
    return settings.training().steps();
  }

  @Override
  TrainingProgress progress(long steps) {
    long position = steps * settings.training().batchSize();
    return new TrainingProgress(steps, Math.toIntExact(position / images.training().size()), 0);
  }

  @Override
  MnistImages.Batch next(TrainingProgress position) {
    return batches.get(position.step());
  }

  @Override
  int epoch(long step) {
    long last = step * settings.training().batchSize() - 1;
    return Math.toIntExact(last / images.training().size());
  }

  @Override
  Map<String, Double> measureBefore(long step, MnistImages.Batch batch) {
    int every = settings.training().measureEvery();
    return every > 0 && step % every == 0
        ? Map.of(TrainingListener.StepReport.ACCURACY, session.measure(batch).accuracy())
        : Map.of();
  }

  @Override
  Map<String, Double> measureAfter(long step, boolean saves) {
    return step == lastStep()
        ? Map.of(
            TrainingListener.StepReport.TEST_ACCURACY, session.measure(images.test()).accuracy())
        : Map.of();
  }

  @Override
  String remedy() {
    return super.remedy() + " or take the stable `cross_entropy`";
  }
}
