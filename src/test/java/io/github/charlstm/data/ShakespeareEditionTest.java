package io.github.charlstm.data;

import static io.github.charlstm.data.TestData.realFile;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.ShakespeareEdition.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShakespeareEditionTest {

  private static final String PERSONS =
      "Prospero Proteus Evans Isabella Dromio Benedick Costard Hermia Shylock Rosalind Petruchio"
          + " Parolles Malvolio Leontes Hubert Aumerle Hotspur Bardolph Fluellen Talbot Cade"
          + " Clifford Catesby Wolsey Pandarus Menenius Lavinia Mercutio Apemantus Cassius Macduff"
          + " Polonius Cordelia Iago Enobarbus Posthumus";
  private static final String PLAYS = plays(10);

  // The lines around the works, as the editions have them.
  private static final String HEADER_OF_2024 =
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
  private static final String FOOTER_OF_2024 =
      """
      *** END OF THE PROJECT GUTENBERG EBOOK THE COMPLETE WORKS OF WILLIAM SHAKESPEARE ***

      Updated editions will replace the previous one.
      """;
  private static final String HEADER_OF_2020 =
      """
      Project Gutenberg’s The Complete Works of William Shakespeare, by William Shakespeare

      Title: The Complete Works of William Shakespeare

      Release Date: January 1994 [EBook #100]
      Last Updated: August 6, 2020

      Character set encoding: UTF-8

      *** START OF THIS PROJECT GUTENBERG EBOOK THE COMPLETE WORKS OF WILLIAM SHAKESPEARE ***
      """;
  private static final String FOOTER_OF_2020 =
      """
      End of Project Gutenberg’s The Complete Works of William Shakespeare, by William Shakespeare

      *** END OF THIS PROJECT GUTENBERG EBOOK THE COMPLETE WORKS OF WILLIAM SHAKESPEARE ***
      """;
  private static final String HEADER_OF_2017 =
      """
      Project Gutenberg’s The Complete Works of William Shakespeare, by William
      Shakespeare

      See at the end of this file: * CONTENT NOTE (added in 2017) *

      Title: The Complete Works of William Shakespeare

      Release Date: January 1994 [EBook #100]

      *** START OF THIS PROJECT GUTENBERG EBOOK COMPLETE WORKS--WILLIAM
      SHAKESPEARE ***
      """;
  private static final String FOOTER_OF_2017 =
      """
      * CONTENT NOTE (added in 2017) *

      This Project Gutenberg eBook was originally marked as having a copyright.
      """;
  private static final String HEADER_OF_1994 =
      """
      This is the 100th Etext file presented by Project Gutenberg, and
      is presented in cooperation with World Library, Inc.

      ***** SMALL PRINT! for COMPLETE SHAKESPEARE *****

      Internet (72600.2026@compuserve.com); TEL: (212-254-5093)
      ****   SMALL PRINT! FOR __ COMPLETE SHAKESPEARE ****
      ["Small Print" V.12.08.93]
      """;
  private static final String FOOTER_OF_1994 =
      "End of this Etext of The Complete Works of William Shakespeare\n\n";
  private static final String HEADER_OF_2011 =
      """
      The Project Gutenberg EBook of The Complete Works of William Shakespeare, by
      William Shakespeare

      Title: The Complete Works of William Shakespeare

      Posting Date: September 1, 2011 [EBook #100]
      Release Date: January, 1994

      *** START OF THIS PROJECT GUTENBERG EBOOK COMPLETE WORKS--WILLIAM SHAKESPEARE ***
      """;

  @TempDir Path folder;

  static Stream<Arguments> editions() {
    return Stream.of(
        Arguments.of("October 29, 2024", HEADER_OF_2024, FOOTER_OF_2024),
        Arguments.of("August 6, 2020", HEADER_OF_2020, FOOTER_OF_2020),
        Arguments.of("January 1994", HEADER_OF_2017, FOOTER_OF_2017),
        Arguments.of("", HEADER_OF_1994, FOOTER_OF_1994));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("editions")
  void theWorksOfEachEditionLieBetweenItsMarks(String date, String header, String footer) {
    byte[] file = (header + PLAYS + footer).getBytes(UTF_8);
    assertThat(ShakespeareEdition.mismatch(file)).isEmpty();
    ShakespeareEdition edition = ShakespeareEdition.of(file);
    assertThat(edition.date()).isEqualTo(date);
    assertThat(edition.isBooks()).isFalse();
    assertThat(edition.sha256()).isEqualTo(Digests.of(file));
    assertThat(works(header + PLAYS + footer)).isEqualTo(PLAYS);
    String lines = (header + PLAYS + footer).replace("\n", "\r\n");
    assertThat(ShakespeareEdition.of(("\uFEFF" + lines).getBytes(UTF_8)).date()).isEqualTo(date);
    assertThat(TextPreparation.COOKBOOK_CHARACTERS.clean(header + PLAYS + footer))
        .isEqualTo(TextPreparation.COOKBOOK_CHARACTERS.clean(PLAYS));
  }

  @Test
  void theMarksAreCountedInCodePoints() {
    String clef = "\uD834\uDD1E";
    assertThat(works(clef + HEADER_OF_2024 + clef + PLAYS + FOOTER_OF_2024))
        .isEqualTo(clef + PLAYS);
  }

  @Test
  void anEditionSaysHowItDiffersFromTheBooks() {
    byte[] file = (HEADER_OF_2024 + PLAYS + FOOTER_OF_2024).getBytes(UTF_8);
    Facts facts = Facts.of(CharacterText.of(new String(file, UTF_8)));
    int length = TextPreparation.COOKBOOK_CHARACTERS.clean(PLAYS).length();
    assertThat(facts.characters()).isEqualTo(length);
    assertThat(facts.batches()).isEqualTo(length / 5000 + 1);
    assertThat(ShakespeareEdition.of(file).describe(new Facts(5_000_000, 44, 1_001)))
        .isEqualTo(
            "the edition of October 29, 2024 (SHA-256 "
                + Digests.of(file)
                + "), not the book's own of September 1, 2011: 5,000,000 characters after cleaning"
                + " (the book's 4,742,648), a vocabulary of 44 (40), 1,001 batches (949)");
    byte[] undated = (HEADER_OF_1994 + PLAYS + FOOTER_OF_1994).getBytes(UTF_8);
    assertThat(ShakespeareEdition.of(undated).describe()).startsWith("the edition without a date");
  }

  static Stream<Named<String[]>> otherFiles() {
    String marks = HEADER_OF_2024 + "%s" + FOOTER_OF_2024;
    String few = plays(10).replaceAll("(?m)^(Malvolio|Prospero|Iago).*\n", "");
    return Stream.of(
        other("page", "<!DOCTYPE html>\n<title>Shakespeare</title>" + PLAYS, "a page of HTML"),
        other(
            "book",
            HEADER_OF_2024.replaceAll("(?i)the complete works of.*", "Pride and Prejudice")
                + PLAYS
                + FOOTER_OF_2024,
            "the book \"Pride and Prejudice\""),
        other("text", PLAYS, "another text"),
        other(
            "no start",
            HEADER_OF_2024.replace("***", "") + PLAYS + FOOTER_OF_2024,
            "a file without Gutenberg's line \"*** START OF\""),
        other(
            "cut",
            HEADER_OF_2024 + PLAYS,
            "a file without Gutenberg's line \"*** END OF\", cut off after %,d characters"
                .formatted((HEADER_OF_2024 + PLAYS).length())),
        other(
            "three plays less",
            marks.formatted(few),
            "33 of 36 plays, without Othello, The Tempest, Twelfth Night"),
        other("few words", marks.formatted(plays(9)), "0 of 36 plays, without A Midsummer"));
  }

  private static Named<String[]> other(String name, String text, String expected) {
    return Named.of(name, new String[] {text, expected});
  }

  @ParameterizedTest
  @MethodSource("otherFiles")
  void anotherFileIsRefusedAndTheCacheKeepsItsOwn(String[] other) throws IOException {
    byte[] good = (HEADER_OF_2024 + PLAYS + FOOTER_OF_2024).getBytes(UTF_8);
    Path own = folder.resolve("own.txt");
    DataSetCache cache = new DataSetCache(folder.resolve("cache"));
    cache.install(DataSets.SHAKESPEARE, Files.write(own, good));
    Files.writeString(own, other[0]);
    assertThatThrownBy(() -> cache.install(DataSets.SHAKESPEARE, own))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(
            own
                + " is not the data set shakespeare: expected SHA-256"
                + " 7a8203c516f67bc90e1dba9e3de401a3c4118cd21bc93dbe9724eee1c83660c7 or another"
                + " edition of Project Gutenberg's complete works of Shakespeare, found "
                + other[1])
        .hasMessageEndingWith(
            "; take \"Plain Text UTF-8\" from https://www.gutenberg.org/ebooks/100, whole and as it"
                + " is");
    assertThat(cache.find(DataSets.SHAKESPEARE))
        .hasValueSatisfying(file -> assertThat(file).hasBinaryContent(good));
    assertThat(cache.edition(DataSets.SHAKESPEARE))
        .hasValueSatisfying(edition -> assertThat(edition.date()).isEqualTo("October 29, 2024"));
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    byte[] latin = (HEADER_OF_2024 + "\u00e9" + PLAYS + FOOTER_OF_2024).getBytes(ISO_8859_1);
    assertThat(ShakespeareEdition.mismatch(latin))
        .hasValueSatisfying(found -> assertThat(found).contains("UTF-8"));
    assertThat(ShakespeareEdition.mismatch(new byte[0])).isPresent();
    assertThat(ShakespeareEdition.mismatch(new byte[] {31, (byte) 139, 8, 0})).isPresent();
  }

  @Test
  void twoNamesInAnotherSpellingAreAccepted() {
    String text = PLAYS.replace("Aumerle", "Omerle").replace("Fluellen", "Llewellyn");
    assertThat(
            ShakespeareEdition.mismatch((HEADER_OF_2024 + text + FOOTER_OF_2024).getBytes(UTF_8)))
        .isEmpty();
  }

  @Test
  void otherDataSetsHaveNoEditions() {
    DataSetCache cache = new DataSetCache(folder);
    assertThat(cache.edition(DataSets.MACBETH)).isEmpty();
    assertThat(cache.edition(DataSets.ANNA)).isEmpty();
    assertThat(cache.edition(DataSets.SHAKESPEARE)).isEmpty();
  }

  @Test
  void aTextWithoutGutenbergsMarksIsLeftAsItIs() {
    for (String text : new String[] {PLAYS, "", "complete works of Shakespeare\n" + PLAYS}) {
      assertThat(works(text)).isEqualTo(text);
    }
    String other = "*** START OF THE PROJECT GUTENBERG EBOOK EMMA ***\n" + PLAYS + FOOTER_OF_2024;
    assertThat(works(other)).isEqualTo(other);
  }

  @Test
  void theBooksEditionDropsAFixedNumberOfCharactersAsTheBookDoes() {
    String text = HEADER_OF_2011 + PLAYS + PLAYS;
    assertThat(works(text))
        .isEqualTo(TextPreparation.CookbookText.withoutHeader(CharacterText.of(text)).toString());
  }

  @Test
  @Tag("slow")
  void theBooksOwnFileHasTheBooksFactsWhateverItsLineEnds() throws IOException {
    byte[] file = Files.readAllBytes(realFile("shakespeare/pg100.txt"));
    String text = TextFile.decode(file, "pg100.txt");
    assertThat(DataSets.SHAKESPEARE.accepts(file)).isTrue();
    assertThat(Facts.of(CharacterText.of(text))).isEqualTo(ShakespeareEdition.BOOKS);
    assertThat(ShakespeareEdition.of(file).isBooks()).isTrue();
    byte[] lines = text.getBytes(UTF_8);
    assertThat(Arrays.equals(file, lines)).isFalse();
    assertThat(DataSets.SHAKESPEARE.accepts(lines)).isTrue();
    assertThat(ShakespeareEdition.of(lines).describe())
        .isEqualTo("the book's own edition, of September 1, 2011");
    byte[] half = Arrays.copyOf(lines, lines.length / 2);
    assertThat(ShakespeareEdition.mismatch(half))
        .hasValueSatisfying(found -> assertThat(found).contains("cut off after 2,7"));
  }

  @Test
  @Tag("slow")
  void anotherEditionOfTheRealPlaysIsReadFromMarkToMark() throws IOException {
    String book = TextFile.read(realFile("shakespeare/pg100.txt"));
    String plays =
        book.substring(book.indexOf("THE SONNETS"), book.indexOf("End of the Project Gutenberg"));
    String text = HEADER_OF_2024 + plays + FOOTER_OF_2024;
    assertThat(ShakespeareEdition.mismatch(text.getBytes(UTF_8))).isEmpty();
    assertThat(works(text).equals(plays)).isTrue(); // without 5 million characters in the message
    Facts facts = Facts.of(CharacterText.of(text));
    // The book keeps Gutenberg's license at the end, 18,000 characters; this edition ends before.
    assertThat(facts).isEqualTo(new Facts(4_723_019, 40, 945));
  }

  private static String works(String text) {
    return ShakespeareEdition.works(CharacterText.of(text)).toString();
  }

  private static String plays(int times) {
    return Arrays.stream(PERSONS.split(" "))
        .map(person -> (person + " speaks. ").repeat(times))
        .collect(Collectors.joining("\n", "THE SONNETS\n", "\nTHE END\n"));
  }
}
