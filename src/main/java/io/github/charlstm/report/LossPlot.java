package io.github.charlstm.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A picture of training loss against training step for one or more runs, with each run's validation
 * loss and a book's figures if they are given.
 *
 * <pre>{@code
 * new LossPlot("Anna Karenina, 2 x 512")
 *     .run(training, validation)
 *     .reference("the book, steps 978 to 990", 1.7075, 1.7428)
 *     .write(Path.of("loss.png"));
 * }</pre>
 *
 * <p>A run of more than {@value #SMOOTHED_ABOVE} points is drawn twice: its points in a pale colour
 * and their moving average over them.
 *
 * <p>An instance is filled and then written; it is not meant to be shared between threads.
 */
public final class LossPlot {

  /** Smallest and default width of the picture, in pixels. */
  public static final int MINIMUM_WIDTH = 1000;

  /** Smallest and default height of the picture, in pixels. */
  public static final int MINIMUM_HEIGHT = 600;

  /** A run with more points than this gets a moving average. */
  public static final int SMOOTHED_ABOVE = 200;

  private final String title;
  private final List<LossChart.Run> runs = new ArrayList<>();
  private final List<LossChart.Reference> references = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int width = MINIMUM_WIDTH;
  private int height = MINIMUM_HEIGHT;
  private int window;
  private String valueAxis = "loss (nats per character)";

  /**
   * A plot with nothing in it yet.
   *
   * @param title above the picture, not blank
   */
  public LossPlot(String title) {
    if (title == null || title.isBlank()) {
      throw new IllegalArgumentException("expected a title for the loss plot, found none");
    }
    this.title = title;
  }

  /**
   * Adds a run that has training losses only.
   *
   * @param training the losses; its name stands in the legend and must be new to this plot
   * @return this plot
   */
  public LossPlot run(LossSeries training) {
    claim(training.name());
    runs.add(new LossChart.Run(training, null));
    return this;
  }

  /**
   * Adds a run that has training and validation losses, drawn in one colour.
   *
   * @param training losses on the text trained on
   * @param validation losses on the held-out text; both names must be new to this plot
   * @return this plot
   */
  public LossPlot run(LossSeries training, LossSeries validation) {
    claim(training.name());
    claim(validation.name());
    runs.add(new LossChart.Run(training, validation));
    return this;
  }

  /**
   * Adds a horizontal band: the range of figures that a book prints.
   *
   * @param name for the legend, new to this plot
   * @param low lower edge, nats per character
   * @param high upper edge, nats per character; equal to {@code low} it is drawn as a line
   * @return this plot
   */
  public LossPlot reference(String name, double low, double high) {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw new IllegalArgumentException(
          String.format(
              "expected finite edges, low before high, for the reference '%s', found %s and %s",
              name, low, high));
    }
    claim(name);
    references.add(new LossChart.Reference(name, low, high));
    return this;
  }

  /**
   * Says what is drawn against the steps; by default {@code loss (nats per character)}.
   *
   * @param label of the vertical axis, not blank
   * @return this plot
   */
  public LossPlot valueAxis(String label) {
    if (label == null || label.isBlank()) {
      throw new IllegalArgumentException("expected a label for the vertical axis, found none");
    }
    this.valueAxis = label;
    return this;
  }

  /**
   * Sets the picture's size.
   *
   * @param width pixels, at least and by default {@value #MINIMUM_WIDTH}
   * @param height pixels, at least and by default {@value #MINIMUM_HEIGHT}
   * @return this plot
   */
  public LossPlot size(int width, int height) {
    if (width < MINIMUM_WIDTH || height < MINIMUM_HEIGHT) {
      throw new IllegalArgumentException(
          String.format(
              "expected a picture of at least %s x %s pixels, found %s x %s",
              MINIMUM_WIDTH, MINIMUM_HEIGHT, width, height));
    }
    this.width = width;
    this.height = height;
    return this;
  }

  /**
   * Sets the window of the moving average.
   *
   * @param points at least 1; by default a fiftieth of a run's points
   * @return this plot
   */
  public LossPlot smoothing(int points) {
    if (points < 1) {
      throw new IllegalArgumentException(
          "expected a smoothing window of at least 1 point, found " + points);
    }
    this.window = points;
    return this;
  }

  /**
   * Draws the picture and writes it, over an older one if there is one. An SVG carries the title,
   * the axis titles and the legend also as words, in its {@code title} and {@code desc}.
   *
   * @param pngOrSvg the file, its name ending in {@code .png} or {@code .svg}
   * @throws PngUnavailableException if it is to be a PNG and Java finds no fonts
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the name ends otherwise
   * @throws IllegalStateException if no run was added
   */
  public void write(Path pngOrSvg) throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalStateException("expected at least one run in the loss plot, found none");
    }
    new LossChart(runs, references, window, width, height)
        .drawing(title, valueAxis)
        .write(pngOrSvg);
  }

  private void claim(String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("expected a name for the legend, found none");
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "expected a different name for each line of the loss plot, found '" + name + "' twice");
    }
  }
}
