package io.github.charlstm.report;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;

/**
 * How the probabilities of an image's classes grow while its rows are read: the image, and beside
 * it one bar chart a row. The true class's bar has a colour of its own.
 */
public final class RowProbabilities {
  /** Width of the picture, in pixels. */
  public static final int WIDTH = 1640;

  private static final int COLUMNS = 7;
  private static final int PANEL_WIDTH = 180;
  private static final int PANEL_HEIGHT = 180;
  private static final int LEFT = 360;
  private static final int TOP = 60;
  private static final int BOTTOM = 30;
  private static final Color TRUE = new Color(0xD55E00);
  private static final Color OTHER = new Color(0x0072B2);
  private static final Color GRID = new Color(0xE4E4E4);

  private final float[] image;
  private final int label;
  private final double[][] probabilities;

  /**
   * Takes what the picture shows.
   *
   * @param image values from 0 (paper) to 1 (ink), {@code [rows * columns]}
   * @param label the true class
   * @param probabilities after each row, {@code [rows][classes]}
   * @throws IllegalArgumentException if the sizes do not fit or a probability is not in [0, 1]
   */
  public RowProbabilities(float[] image, int label, double[][] probabilities) {
    if (probabilities.length == 0
        || image.length == 0
        || image.length % probabilities.length != 0) {
      throw new IllegalArgumentException(
          "expected probabilities for each row of the image, found %d pixels and %d rows"
              .formatted(image.length, probabilities.length));
    }
    int classes = probabilities[0].length;
    for (double[] row : probabilities) {
      if (row.length != classes || !Arrays.stream(row).allMatch(p -> p >= 0 && p <= 1.00001)) {
        throw new IllegalArgumentException(
            "expected probabilities [rows][%d] from 0 to 1, found %s"
                .formatted(classes, Arrays.toString(row)));
      }
    }
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "expected a label from 0 to %d, found %d".formatted(classes - 1, label));
    }
    this.image = image.clone();
    this.label = label;
    this.probabilities = Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new);
  }

  /** {@return the height of the picture, in pixels} */
  public int height() {
    return TOP + BOTTOM + PANEL_HEIGHT * ((probabilities.length + COLUMNS - 1) / COLUMNS);
  }

  /**
   * Draws the picture and writes it, over an older one if there is one.
   *
   * @param pngOrSvg the file, its name ending in {@code .png} or {@code .svg}
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the name ends otherwise
   */
  public void write(Path pngOrSvg) throws IOException {
    String name = pngOrSvg.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      Files.write(pngOrSvg, png());
    } else if (name.endsWith(".svg")) {
      Files.write(pngOrSvg, svg());
    } else {
      throw new IllegalArgumentException(
          "expected the picture's file name to end in .png or .svg, found " + pngOrSvg);
    }
  }

  /** One chart a row, in order. */
  List<CategoryChart> panels() {
    return IntStream.range(0, probabilities.length).mapToObj(this::panel).toList();
  }

  private byte[] png() throws IOException {
    BufferedImage picture = new BufferedImage(WIDTH, height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    draw(graphics);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  private byte[] svg() throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    draw(graphics);
    CommandSequence commands = graphics.getCommands();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new SVGProcessor().getDocument(commands, new PageSize(0, 0, WIDTH, height())).writeTo(bytes);
    String drawn = bytes.toString(StandardCharsets.UTF_8);
    int inside = drawn.indexOf('>', drawn.indexOf("<svg")) + 1;
    return (drawn.substring(0, inside)
            + "\n  <title>"
            + title()
            + "</title>"
            + drawn.substring(inside))
        .getBytes(StandardCharsets.UTF_8);
  }

  private String title() {
    return "Probability of each digit as the rows of a "
        + label
        + " are read, after row 1 to "
        + probabilities.length;
  }

  private void draw(Graphics2D graphics) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, height());
    graphics.setColor(Color.BLACK);
    graphics.setFont(font(Font.BOLD, 22));
    graphics.drawString(title(), 30, 38);
    drawImage(graphics);
    AffineTransform before = graphics.getTransform();
    List<CategoryChart> panels = panels();
    for (int row = 0; row < panels.size(); row++) {
      int left = LEFT + row % COLUMNS * PANEL_WIDTH;
      graphics.translate(left, TOP + row / COLUMNS * PANEL_HEIGHT);
      panels.get(row).paint(graphics, PANEL_WIDTH, PANEL_HEIGHT);
      graphics.setTransform(before);
    }
    graphics.setColor(Color.BLACK);
    graphics.setFont(font(Font.PLAIN, 16));
    graphics.drawString(
        "across: digit, 0 to " + (probabilities[0].length - 1) + "; up: probability, 0 to 1",
        LEFT + 20,
        height() - 8);
  }

  // the rows are numbered as the panels are
  private void drawImage(Graphics2D graphics) {
    int rows = probabilities.length;
    int columns = image.length / rows;
    int size = Math.max(1, Math.min(280 / columns, (height() - TOP - 120) / rows));
    int left = 55;
    int top = TOP + 20;
    for (int k = 0; k < image.length; k++) {
      int shade = 255 - Math.round(255 * Math.max(0, Math.min(1, image[k])));
      graphics.setColor(new Color(shade, shade, shade));
      graphics.fillRect(left + k % columns * size, top + k / columns * size, size, size);
    }
    graphics.setColor(Color.GRAY);
    graphics.setStroke(new BasicStroke(1f));
    graphics.drawRect(left, top, columns * size, rows * size);
    graphics.setColor(Color.BLACK);
    graphics.setFont(font(Font.PLAIN, 13));
    for (int row = 1; row <= rows; row++) {
      if (row == 1 || row % COLUMNS == 0) {
        graphics.drawString(String.valueOf(row), left - 24, top + row * size);
      }
    }
    int below = top + rows * size + 30;
    graphics.setFont(font(Font.PLAIN, 16));
    graphics.drawString("the image, its rows numbered", left, below);
    legend(graphics, TRUE, "its digit, " + label, left, below + 30);
    legend(graphics, OTHER, "the other digits", left, below + 56);
  }

  private static void legend(Graphics2D graphics, Color color, String text, int left, int base) {
    graphics.setColor(color);
    graphics.fillRect(left, base - 13, 16, 16);
    graphics.setColor(Color.BLACK);
    graphics.drawString(text, left + 26, base);
  }

  private CategoryChart panel(int row) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(PANEL_WIDTH)
            .height(PANEL_HEIGHT)
            .title("row " + (row + 1))
            .build();
    double[] all = probabilities[row];
    List<Integer> classes = IntStream.range(0, all.length).boxed().toList();
    Double[] others = Arrays.stream(all).boxed().toArray(Double[]::new);
    others[label] = 0.0;
    Double[] own = Collections.nCopies(all.length, 0.0).toArray(Double[]::new);
    own[label] = all[label];
    chart.addSeries("its digit", classes, List.of(own)).setFillColor(TRUE);
    chart.addSeries("the others", classes, List.of(others)).setFillColor(OTHER);
    style(chart.getStyler());
    return chart;
  }

  private static void style(CategoryStyler styler) {
    styler.setOverlapped(true).setAvailableSpaceFill(0.8);
    styler.setLegendVisible(false);
    styler.setYAxisMin(0.0).setYAxisMax(1.0);
    styler.setChartBackgroundColor(Color.WHITE).setChartPadding(4);
    styler.setChartTitleBoxVisible(false).setChartTitleFont(font(Font.PLAIN, 15));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 12)).setAxisTitlesVisible(false);
    styler.setPlotGridLinesColor(GRID).setPlotGridVerticalLinesVisible(false);
    styler.setPlotBorderVisible(false).setPlotContentSize(0.95);
    styler.setYAxisDecimalPattern("0.#").setYAxisTickMarkSpacingHint(40).setLocale(Locale.ENGLISH);
  }

  private static Font font(int weight, int size) {
    return new Font(Font.SANS_SERIF, weight, size);
  }
}
