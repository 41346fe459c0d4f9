package io.github.charlstm.data;

import io.github.charlstm.data.DataSet.Download;
import io.github.charlstm.data.DataSet.Embedded;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The public texts of the recipes. */
public final class DataSets {

  /** Macbeth, small enough to learn from in two minutes; comes with the program. */
  public static final DataSet MACBETH =
      new DataSet(
          "macbeth",
          "The Tragedie of Macbeth by William Shakespeare, in the spelling of 1623",
          new Embedded("shakes.txt"),
          "Public domain; carried by Maven Central's org.apache.crunch:crunch-test:0.15.0",
          Set.of("1e78f8548c516390ebee9e864048a84314962730a0cbdb29d857f88a2f13553d"),
          100_320,
          65,
          "shakes.txt");

  /** A whole novel that comes with the program. */
  public static final DataSet DICKENS =
      new DataSet(
          "dickens",
          "The Old Curiosity Shop by Charles Dickens",
          new Embedded("dickens.txt"),
          "Public domain; carried by Maven Central's org.apache.crunch:crunch-test:0.15.0",
          Set.of("70b924ea4d22d24d8650660ddddd29fc5c07eafc5803a904e6d1184f50ac4ed7"),
          1_214_976,
          77,
          "dickens.txt");

  /** The novel of the book's recipe: 198 batches of 100 x 100. */
  public static final DataSet ANNA =
      new DataSet(
          "anna",
          "Anna Karenina by Leo Tolstoy, in English",
          new Download(
              URI.create(
                  "https://raw.githubusercontent.com/udacity/deep-learning-v2-pytorch/master/"
                      + "recurrent-neural-networks/char-rnn/data/anna.txt")),
          "Public domain; taken from Udacity's course deep-learning-v2-pytorch",
          // The file as published has CRLF newlines; the second digest is the same with LF.
          Set.of(
              "568bb39fc78aca98e9db91c4329dcd1aa5ec4c3df3aca2064ce5d6f023ae16c9",
              "a21483849a464568c05997147edb994e40023b9d87c299974169abb68230da48"),
          1_985_223,
          83,
          "anna.txt");

  /** Scenes of Shakespeare's plays that many character models are shown on. */
  public static final DataSet TINY_SHAKESPEARE =
      new DataSet(
          "tinyshakespeare",
          "Tiny Shakespeare: 40,000 lines of the plays, joined by Andrej Karpathy",
          new Download(
              URI.create(
                  "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/"
                      + "tinyshakespeare/input.txt")),
          "Public domain; taken from Andrej Karpathy's char-rnn",
          Set.of("86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
          1_115_394,
          65,
          "tinyshakespeare.txt");

  private static final List<DataSet> ALL = List.of(MACBETH, DICKENS, ANNA, TINY_SHAKESPEARE);

  private DataSets() {}

  /**
   * Every data set, in the order to list them.
   *
   * @return an unmodifiable list
   */
  public static List<DataSet> all() {
    return ALL;
  }

  /**
   * Looks up a data set.
   *
   * @param name its name, as the user typed it
   * @return the data set of exactly that name
   * @throws InvalidDataException if there is none; the message lists the names
   */
  public static DataSet named(String name) {
    return ALL.stream()
        .filter(dataSet -> dataSet.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "there is no data set \""
                        + name
                        + "\"; there are "
                        + ALL.stream().map(DataSet::name).collect(Collectors.joining(", "))));
  }
}
