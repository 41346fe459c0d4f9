package io.github.charlstm.data;

import static io.github.charlstm.data.TestData.realFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {

  @TempDir Path folder;

  @Test
  void macbethComesWithTheProgram() {
    assertFacts(DataSets.MACBETH, new DataSetCache(folder).text(DataSets.MACBETH));
  }

  @Test
  void dickensComesWithTheProgram() {
    String text = new DataSetCache(folder).text(DataSets.DICKENS);
    assertFacts(DataSets.DICKENS, text);
    assertThat(text).startsWith("The Old Curiosity Shop\n");
  }

  @Test
  void annaHasItsPublishedFacts() {
    DataSetCache cache = new DataSetCache(folder);
    cache.install(DataSets.ANNA, realFile("anna/anna.txt"));
    String text = cache.text(DataSets.ANNA);
    assertFacts(DataSets.ANNA, text);
    int[] encoded = Vocabulary.of(text).encode(text);
    assertThat(
            new CharacterBatches(EncodedText.of(encoded), 100, 100, LastTarget.FIRST_INPUT).size())
        .isEqualTo(198);
  }

  @Test
  void annaWithLineFeedsIsTheSameDataSet() throws Exception {
    Path own = folder.resolve("own.txt");
    Files.writeString(own, TextFile.read(realFile("anna/anna.txt")));
    DataSetCache cache = new DataSetCache(folder.resolve("cache"));
    cache.install(DataSets.ANNA, own);
    assertFacts(DataSets.ANNA, cache.text(DataSets.ANNA));
  }

  @Test
  void tinyShakespeareHasItsPublishedFacts() {
    DataSetCache cache = new DataSetCache(folder);
    cache.install(DataSets.TINY_SHAKESPEARE, realFile("shakespeare/tinyshakespeare.txt"));
    assertFacts(DataSets.TINY_SHAKESPEARE, cache.text(DataSets.TINY_SHAKESPEARE));
  }

  @Test
  void shakespeareHasItsPublishedFacts() {
    DataSetCache cache = new DataSetCache(folder);
    cache.install(DataSets.SHAKESPEARE, realFile("shakespeare/pg100.txt"));
    assertFacts(DataSets.SHAKESPEARE, cache.text(DataSets.SHAKESPEARE));
  }

  @Test
  void pennTreebankHasItsPublishedFacts() {
    DataSetCache cache = new DataSetCache(folder);
    for (DataSet part : List.of(DataSets.PTB, DataSets.PTB_VALID, DataSets.PTB_TEST)) {
      cache.install(part, realFile("ptb/" + part.fileName()));
      assertFacts(part, cache.text(part));
    }
  }

  @Test
  void digitsAreReadFromTheCache() {
    DataSetCache cache = new DataSetCache(folder);
    Path images =
        cache.install(DataSets.MNIST_TEST_IMAGES, realFile("mnist/t10k-images-idx3-ubyte.gz"));
    Path labels =
        cache.install(DataSets.MNIST_TEST_LABELS, realFile("mnist/t10k-labels-idx1-ubyte.gz"));
    MnistImages digits = MnistImages.read(images, labels);
    assertThat(DataSets.MNIST_TEST_IMAGES.content())
        .isEqualTo(new DataSet.Digits(digits.size(), "images of 28 x 28"));
    assertThat(DataSets.MNIST_TEST_LABELS.content())
        .isEqualTo(new DataSet.Digits(digits.size(), "labels"));
  }

  @Test
  void imagesAreNotReadAsAText() {
    assertThatThrownBy(() -> new DataSetCache(folder).text(DataSets.MNIST_TRAIN_IMAGES))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("data set mnist-train-images is not a text, it has 60,000 images of 28 x 28");
  }

  @Test
  void everyDataSetIsFoundByItsName() {
    assertThat(DataSets.all()).extracting(DataSet::name).doesNotHaveDuplicates();
    assertThat(DataSets.all()).extracting(DataSet::fileName).doesNotHaveDuplicates();
    for (DataSet dataSet : DataSets.all()) {
      assertThat(DataSets.named(dataSet.name())).isSameAs(dataSet);
    }
  }

  @Test
  void everyDownloadHasSeveralSecureAddresses() {
    for (DataSet dataSet : DataSets.all()) {
      if (!dataSet.isEmbedded()) {
        assertThat(dataSet.addresses()).as(dataSet.name()).hasSizeGreaterThan(1);
      }
      assertThat(dataSet.addresses())
          .doesNotHaveDuplicates()
          .allMatch(address -> address.getScheme().equals("https"));
    }
  }

  @Test
  void unknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> DataSets.named("hamlet"))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "there is no data set \"hamlet\"; there are macbeth, dickens, anna, tinyshakespeare,"
                + " shakespeare, ptb, ptb-valid, ptb-test, mnist-train-images, mnist-train-labels,"
                + " mnist-test-images, mnist-test-labels");
  }

  @Test
  void fileNameMayNotLeaveTheCacheFolder() {
    assertThatThrownBy(
            () ->
                new DataSet(
                    "x",
                    "",
                    new DataSet.Embedded("x.txt"),
                    "",
                    Set.of("0".repeat(64)),
                    new DataSet.Text(1, 1),
                    "../x.txt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("invalid file name of a data set: ../x.txt");
  }

  @Test
  void onlyWebAddressesAreDownloaded() {
    assertThatThrownBy(() -> new DataSet.Download(URI.create("file:///etc/hosts")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected an http or https address, found file:///etc/hosts");
    assertThatThrownBy(DataSet.Download::new)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("invalid addresses of a data set: none");
  }

  private static void assertFacts(DataSet dataSet, String text) {
    int characters = text.codePointCount(0, text.length());
    DataSet.Text facts = new DataSet.Text(characters, Vocabulary.of(text).size());
    assertThat(dataSet.content())
        .isEqualTo(dataSet.anyEdition() ? new DataSet.Works(facts) : facts);
    assertThat(text).doesNotContain("\r").doesNotStartWith("\uFEFF");
  }
}
