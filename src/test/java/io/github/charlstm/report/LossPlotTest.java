package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.NeedsFonts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

@Tag("machine")
class LossPlotTest {

  private static final int BLUE = 0x0072B2;
  private static final int ORANGE = 0xD55E00;
  private static final int PALE_BLUE = 0xAAD0E5;
  private static final int BAND = 0xD0D0D0;

  private static final String LONG_NAME = "a run with quite a long name";

  @TempDir Path folder;

  @Test
  @NeedsFonts
  void aPictureHasTheDefaultSizeAndTheRunsColour() throws IOException {
    BufferedImage picture = png(new LossPlot("one run").run(losses("training", 100, 1)));
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(picture.getHeight()).isEqualTo(600);
    assertThat(pixels(picture, BLUE)).isGreaterThan(500);
    assertThat(pixels(picture, PALE_BLUE)).isLessThan(100);
    assertThat(pixels(picture, 0xFFFFFF)).isGreaterThan(300_000);
  }

  @Test
  @NeedsFonts
  void runsReferenceAndValidationAreDrawn() throws IOException {
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
  @NeedsFonts
  void aLongRunHasPalePointsAndAMovingAverage() throws IOException {
    BufferedImage picture = png(new LossPlot("long run").run(losses("training", 1000, 4)));
    assertThat(pixels(picture, PALE_BLUE)).isGreaterThan(400);
    assertThat(pixels(picture, BLUE)).isGreaterThan(500);
  }

  @Test
  @NeedsFonts
  void validationIsDrawnInItsRunsColour() throws IOException {
    LossSeries training = losses("training", 100, 5);
    LossSeries above =
        new LossSeries("validation", new double[] {10, 50, 90}, new double[] {4.4, 4.3, 4.2});
    int alone = pixels(png(new LossPlot("plot").run(training)), BLUE);
    int both = pixels(png(new LossPlot("plot").run(training, above)), BLUE);
    assertThat(both).isGreaterThan(alone + 300);
  }

  @Test
  @NeedsFonts
  void aRunOfOneStepIsDrawnAndNotHiddenByTheLegend() throws IOException {
    LossSeries one = new LossSeries(LONG_NAME, new double[] {1}, new double[] {4.4});
    BufferedImage picture = png(new LossPlot("one step").run(one).reference("book", 1.7, 1.7));
    assertThat(pixels(upperRight(picture), BLUE)).isGreaterThan(20);
  }

  @Test
  @NeedsFonts
  void theLegendDoesNotCoverARisingRun() throws IOException {
    LossSeries rising =
        new LossSeries(LONG_NAME, new double[] {1, 50, 100}, new double[] {2, 3, 4});
    BufferedImage picture = png(new LossPlot("rising").run(rising));
    assertThat(pixels(upperRight(picture), BLUE)).isGreaterThan(20);
  }

  /** Within the text of a long name, if the legend were in the corner. */
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
    Document svg = document(file);
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("Anna <Karenina> & co");
    assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
        .isEqualTo(
            "loss (nats per character) against training step: the book's mean; pale: each point;"
                + " as meant (mean of 9 points); validation");
    assertThat(texts(svg))
        .contains("Anna <Karenina> & co", "training step", "loss (nats per character)")
        .contains("the book's mean", "pale: each point", "as meant (mean of 9 points)")
        .contains("validation", "0", "100", "300", "2.0", "4.0");
  }

  @Test
  void anSvgDrawsAllPointsTheirMeansTheValidationAndTheBand() throws Exception {
    Document svg =
        svg(
            new LossPlot("plot")
                .run(losses("a", 300, 1), every(losses("a, validation", 300, 2), 50))
                .run(losses("b", 150, 3))
                .reference("the book", 1.7, 1.9));
    assertThat(points(svg, "#AAD0E5", 1)).containsExactlyInAnyOrder(300, 2); // 2: the legend's
    assertThat(points(svg, "#0072B2", 2.5)).containsExactlyInAnyOrder(300, 2);
    assertThat(points(svg, "#0072B2", 2)).containsExactlyInAnyOrder(6, 2);
    assertThat(points(svg, "#D55E00", 2.5)).containsExactlyInAnyOrder(150, 2);
    assertThat(elements(svg, "circle")).hasSize(7);
    assertThat(elements(svg, "rect"))
        .filteredOn(area -> area.getAttribute("fill").equals("#D0D0D0"))
        .hasSize(1);
  }

  @Test
  void allShapesAreWithinThePicture() throws Exception {
    double[] steps = {5, 6};
    List<LossSeries> unusual =
        List.of(
            new LossSeries("a", new double[] {1}, new double[] {4.4}),
            new LossSeries("a", steps, new double[] {3, 3}),
            new LossSeries("a", steps, new double[] {0, 3e30}),
            new LossSeries("a", steps, new double[] {-1e-9, 1e-9}),
            new LossSeries("a", new double[] {-0.25, 0.5}, new double[] {5, 5 + 1e-12}),
            new LossSeries("a", new double[] {1e12, 2e12}, new double[] {1, 2}));
    for (LossSeries series : unusual) {
      Document svg = svg(new LossPlot("plot").run(series));
      for (Element line : elements(svg, "polyline")) {
        for (String point : line.getAttribute("points").split(" ")) {
          String[] place = point.split(",");
          assertThat(Double.parseDouble(place[0])).as(series + point).isBetween(0.0, 1000.0);
          assertThat(Double.parseDouble(place[1])).as(series + point).isBetween(0.0, 600.0);
        }
      }
      assertThat(texts(svg)).hasSizeBetween(6, 40);
    }
  }

  @Test
  void wholeStepsGiveWholeTicks() throws Exception {
    LossSeries two = new LossSeries("a", new double[] {1, 2}, new double[] {40, 50});
    assertThat(texts(svg(new LossPlot("plot").run(two))))
        .contains("0", "1", "2")
        .noneMatch(text -> text.contains("."));
  }

  @Test
  void longNamesAreShortenedInThePictureButNotInItsDescription() throws Exception {
    String name = "a run ".repeat(100) + "to its end";
    Document svg = svg(new LossPlot(name).run(losses(name, 10, 1)));
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo(name);
    assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).endsWith(": " + name);
    assertThat(texts(svg))
        .filteredOn(text -> text.startsWith("a run a run"))
        .hasSize(2)
        .allSatisfy(text -> assertThat(text).endsWith("\u2026").hasSizeLessThan(130));
  }

  @Test
  void charactersThatXmlCannotHoldBecomeSpaces() throws Exception {
    String odd = "a\u0000b\u001bc\ud800d\uffffe\nf \ud83d\ude00";
    Document svg = svg(new LossPlot(odd).run(losses(odd, 10, 1)));
    assertThat(texts(svg)).contains("a b c d e f \ud83d\ude00");
  }

  @Test
  void anOlderPictureIsReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("loss.svg"), "x".repeat(1_000_000));
    new LossPlot("plot").run(losses("training", 10, 1)).write(file);
    assertThat(file).content().hasSizeLessThan(1_000_000).endsWith("</svg>\n");
  }

  @Test
  void otherFileTypesAreRejected() {
    LossPlot plot = new LossPlot("plot").run(losses("training", 10, 1));
    assertThatThrownBy(() -> plot.write(folder.resolve("loss.gif")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".png or .svg")
        .hasMessageContaining("loss.gif");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aPlotWithoutARunIsNotWritten() {
    assertThatThrownBy(() -> new LossPlot("plot").write(folder.resolve("loss.svg")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void invalidValuesAreRejected() {
    LossPlot plot = new LossPlot("plot").run(losses("training", 10, 1));
    assertRejected("'training' twice", () -> plot.run(losses("training", 10, 2)));
    assertRejected("1.8 and 1.7", () -> plot.reference("book", 1.8, 1.7));
    assertRejected("found 999 x 600", () -> plot.size(999, 600));
    assertRejected("found 0", () -> plot.smoothing(0));
    assertRejected("title", () -> new LossPlot(" "));
  }

  private static void assertRejected(
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

  private Document svg(LossPlot plot) throws Exception {
    Path file = folder.resolve("loss.svg");
    plot.write(file);
    return document(file);
  }

  private static Document document(Path svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(document.getDocumentElement().getNodeName()).isEqualTo("svg");
    return document;
  }

  private static List<Element> elements(Document svg, String kind) {
    var nodes = svg.getElementsByTagName(kind);
    return IntStream.range(0, nodes.getLength()).mapToObj(k -> (Element) nodes.item(k)).toList();
  }

  private static List<String> texts(Document svg) {
    return elements(svg, "text").stream().map(Element::getTextContent).toList();
  }

  /** The number of points of each line of a colour and width. */
  private static List<Integer> points(Document svg, String color, double width) {
    return elements(svg, "polyline").stream()
        .filter(line -> line.getAttribute("stroke").equals(color))
        .filter(line -> Double.parseDouble(line.getAttribute("stroke-width")) == width)
        .map(line -> line.getAttribute("points").split(" ").length)
        .toList();
  }

  /** Losses that fall from about 4.4 to 1.7 with noise. */
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
