package io.github.charlstm.data;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An edition of Shakespeare's works in a few lines, with Gutenberg's lines of 2024 around them. */
public final class SmallEdition {

  private static final String PERSONS =
      "Prospero Proteus Evans Isabella Dromio Benedick Costard Hermia Shylock Rosalind Petruchio"
          + " Parolles Malvolio Leontes Hubert Aumerle Hotspur Bardolph Fluellen Talbot Cade"
          + " Clifford Catesby Wolsey Pandarus Menenius Lavinia Mercutio Apemantus Cassius Macduff"
          + " Polonius Cordelia Iago Enobarbus Posthumus";

  static final String HEADER =
      """
      The Project Gutenberg eBook of The Complete Works of William Shakespeare
          \s
      This ebook is for the use of anyone anywhere in the United States

      Title: The Complete Works of William Shakespeare

      Author: William Shakespeare

      Release date: January 1, 1994 [eBook #100]
                      Most recently updated: October 29, 2024

      Language: English

      *** START OF THE PROJECT GUTENBERG EBOOK THE COMPLETE WORKS OF WILLIAM SHAKESPEARE ***
      """;
  static final String FOOTER =
      """
      *** END OF THE PROJECT GUTENBERG EBOOK THE COMPLETE WORKS OF WILLIAM SHAKESPEARE ***

      Updated editions will replace the previous one.
      """;

  static final String PLAYS = plays(10);

  /** The whole file. */
  public static final String TEXT = HEADER + PLAYS + FOOTER;

  private SmallEdition() {}

  /** Plays in which each person is named so often. */
  static String plays(int times) {
    return Arrays.stream(PERSONS.split(" "))
        .map(person -> (person + " speaks. ").repeat(times))
        .collect(Collectors.joining("\n", "THE SONNETS\n", "\nTHE END\n"));
  }
}
