package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class LossPlotTest {

  private static final int BLUE = 0x0072B2;
  private static final int ORANGE = 0xD55E00;
  private static final int PALE_BLUE = 0xAAD0E5;
  private static final int BAND = 0xD0D0D0;

  private static final String LONG_NAME = "a run with quite a long name";

  @TempDir Path folder;

  @Test
  void aPictureHasTheDefaultSizeAndTheRunsColour() throws IOException {
    BufferedImage picture = png(new LossPlot("one run").run(losses("training", 100, 1)));
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(picture.getHeight()).isEqualTo(600);
    assertThat(pixels(picture, BLUE)).isGreaterThan(500);
    assertThat(pixels(picture, PALE_BLUE)).isLessThan(100);
    assertThat(pixels(picture, 0xFFFFFF)).isGreaterThan(300_000);
  }

  @Test
  void runsBandAndValidationAreAllSeen() throws IOException {
    LossPlot plot =
        new LossPlot("two runs")
            .run(losses("as meant", 150, 1), every(losses("as meant, validation", 150, 2), 30))
            .run(losses("as printed", 150, 3))
            .reference("the book", 1.7, 1.9)
            .size(1200, 700);
    BufferedImage picture = png(plot);
    assertThat(picture.getWidth()).isEqualTo(1200);
    assertThat(picture.getHeight()).isEqualTo(700);
    assertThat(pixels(picture, BLUE)).isGreaterThan(500);
    assertThat(pixels(picture, ORANGE)).isGreaterThan(500);
    assertThat(pixels(picture, BAND)).isGreaterThan(10_000);
  }

  @Test
  void aLongRunIsSmoothedOverItsPalePoints() throws IOException {
    BufferedImage picture = png(new LossPlot("long run").run(losses("training", 1000, 4)));
    assertThat(pixels(picture, PALE_BLUE)).isGreaterThan(1000);
    assertThat(pixels(picture, BLUE)).isGreaterThan(500);
  }

  @Test
  void validationIsDrawnInItsRunsColour() throws IOException {
    LossSeries training = losses("training", 100, 5);
    LossSeries above =
        new LossSeries("validation", new double[] {10, 50, 90}, new double[] {4.4, 4.3, 4.2});
    int alone = pixels(png(new LossPlot("plot").run(training)), BLUE);
    int both = pixels(png(new LossPlot("plot").run(training, above)), BLUE);
    assertThat(both).isGreaterThan(alone + 300);
  }

  @Test
  void aRunOfOneStepIsDrawnAndNotHiddenByTheLegend() throws IOException {
    LossSeries one = new LossSeries(LONG_NAME, new double[] {1}, new double[] {4.4});
    BufferedImage picture = png(new LossPlot("one step").run(one).reference("book", 1.7, 1.7));
    assertThat(pixels(upperRight(picture), BLUE)).isGreaterThan(20);
  }

  @Test
  void theLegendDoesNotCoverARisingRun() throws IOException {
    LossSeries rising =
        new LossSeries(LONG_NAME, new double[] {1, 50, 100}, new double[] {2, 3, 4});
    BufferedImage picture = png(new LossPlot("rising").run(rising));
    assertThat(pixels(upperRight(picture), BLUE)).isGreaterThan(20);
  }

  /** Where a legend in the corner has the text of a long name and no line. */
  private static BufferedImage upperRight(BufferedImage picture) {
    return picture.getSubimage(880, 0, 120, 80);
  }

  @Test
  void anSvgHoldsTheTitleTheAxisTitlesAndTheLegend() throws Exception {
    Path file = folder.resolve("loss.SVG");
    new LossPlot("Anna <Karenina> & co")
        .run(losses("as meant", 300, 1), every(losses("validation", 300, 2), 50))
        .reference("the book's mean", 1.723, 1.723)
        .smoothing(9)
        .write(file);
    assertThat(textOf(file))
        .contains("Anna <Karenina> & co", "training step", "loss (nats per character)")
        .contains("the book's mean; pale: each point; as meant (mean of 9 points); validation");
  }

  @Test
  void anOlderPictureIsReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("loss.png"), "x".repeat(1_000_000));
    new LossPlot("plot").run(losses("training", 10, 1)).write(file);
    assertThat(Files.size(file)).isLessThan(1_000_000);
    assertThat(ImageIO.read(file.toFile())).isNotNull();
  }

  @Test
  void anotherKindOfFileIsRefused() {
    LossPlot plot = new LossPlot("plot").run(losses("training", 10, 1));
    assertThatThrownBy(() -> plot.write(folder.resolve("loss.gif")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".png or .svg")
        .hasMessageContaining("loss.gif");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aPlotWithoutARunIsNotWritten() {
    assertThatThrownBy(() -> new LossPlot("plot").write(folder.resolve("loss.png")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void badValuesAreRefused() {
    LossPlot plot = new LossPlot("plot").run(losses("training", 10, 1));
    assertRefused("'training' twice", () -> plot.run(losses("training", 10, 2)));
    assertRefused("1.8 and 1.7", () -> plot.reference("book", 1.8, 1.7));
    assertRefused("found 999 x 600", () -> plot.size(999, 600));
    assertRefused("found 0", () -> plot.smoothing(0));
    assertRefused("title", () -> new LossPlot(" "));
  }

  private static void assertRefused(
      String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private BufferedImage png(LossPlot plot) throws IOException {
    Path file = folder.resolve("loss.png");
    plot.write(file);
    return ImageIO.read(file.toFile());
  }

  private static int pixels(BufferedImage picture, int color) {
    int[] all =
        picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    return (int) IntStream.of(all).filter(pixel -> (pixel & 0xFFFFFF) == color).count();
  }

  private static String textOf(Path svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    // the file names its DTD by an address; reading must not fetch it
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document document = factory.newDocumentBuilder().parse(svg.toFile());
    assertThat(document.getDocumentElement().getNodeName()).isEqualTo("svg");
    assertThat(document.getElementsByTagName("path").getLength()).isGreaterThan(20);
    return document.getElementsByTagName("title").item(0).getTextContent()
        + "\n"
        + document.getElementsByTagName("desc").item(0).getTextContent();
  }

  /** Falls from about 4.4 towards 1.7 with some noise. */
  static LossSeries losses(String name, int points, long seed) {
    Random random = new Random(seed);
    double[] steps = IntStream.rangeClosed(1, points).asDoubleStream().toArray();
    double[] losses =
        IntStream.range(0, points)
            .mapToDouble(step -> 1.6 + 2.8 / (1 + 12.0 * step / points))
            .map(loss -> loss + 0.04 * random.nextGaussian())
            .toArray();
    return new LossSeries(name, steps, losses);
  }

  private static LossSeries every(LossSeries series, int interval) {
    int[] kept =
        IntStream.range(0, series.size()).filter(point -> (point + 1) % interval == 0).toArray();
    return new LossSeries(
        series.name(),
        IntStream.of(kept).mapToDouble(point -> series.steps()[point]).toArray(),
        IntStream.of(kept).mapToDouble(point -> series.losses()[point] + 0.05).toArray());
  }
}
