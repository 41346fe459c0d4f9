package io.github.charlstm.data;

import static io.github.charlstm.ChildProcess.HANG;
import static io.github.charlstm.data.TestData.realFile;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.DataSetDownload.Network;
import io.github.charlstm.data.ShakespeareEdition.Facts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShakespeareEditionTest {

  // The lines around the works, as the editions have them.
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
        Arguments.of("October 29, 2024", SmallEdition.HEADER, SmallEdition.FOOTER),
        Arguments.of("August 6, 2020", HEADER_OF_2020, FOOTER_OF_2020),
        Arguments.of("January 1994", HEADER_OF_2017, FOOTER_OF_2017),
        Arguments.of("", HEADER_OF_1994, FOOTER_OF_1994));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("editions")
  void theWorksOfEachEditionLieBetweenItsMarks(String date, String header, String footer) {
    byte[] file = (header + SmallEdition.PLAYS + footer).getBytes(UTF_8);
    assertThat(ShakespeareEdition.mismatch(file)).isEmpty();
    ShakespeareEdition edition = ShakespeareEdition.of(file);
    assertThat(edition.date()).isEqualTo(date);
    assertThat(edition.isBooks()).isFalse();
    assertThat(edition.sha256()).isEqualTo(Digests.of(file));
    assertThat(works(header + SmallEdition.PLAYS + footer)).isEqualTo(SmallEdition.PLAYS);
    String lines = (header + SmallEdition.PLAYS + footer).replace("\n", "\r\n");
    assertThat(ShakespeareEdition.of(("\uFEFF" + lines).getBytes(UTF_8)).date()).isEqualTo(date);
    assertThat(TextPreparation.COOKBOOK_CHARACTERS.clean(header + SmallEdition.PLAYS + footer))
        .isEqualTo(TextPreparation.COOKBOOK_CHARACTERS.clean(SmallEdition.PLAYS));
  }

  @Test
  void theMarksAreCountedInCodePoints() {
    String clef = "\uD834\uDD1E";
    assertThat(works(clef + SmallEdition.HEADER + clef + SmallEdition.PLAYS + SmallEdition.FOOTER))
        .isEqualTo(clef + SmallEdition.PLAYS);
  }

  @Test
  void anEditionSaysHowItDiffersFromTheBooks() {
    byte[] file = (SmallEdition.HEADER + SmallEdition.PLAYS + SmallEdition.FOOTER).getBytes(UTF_8);
    Facts facts = Facts.of(CharacterText.of(new String(file, UTF_8)));
    int length = TextPreparation.COOKBOOK_CHARACTERS.clean(SmallEdition.PLAYS).length();
    assertThat(facts.characters()).isEqualTo(length);
    assertThat(facts.batches()).isEqualTo(length / 5000 + 1);
    assertThat(ShakespeareEdition.of(file).describe(new Facts(5_000_000, 44, 1_001)))
        .isEqualTo(
            "the edition of October 29, 2024 (SHA-256 "
                + Digests.of(file)
                + "), not the book's own of September 1, 2011: 5,000,000 characters after cleaning"
                + " (the book's 4,742,648), a vocabulary of 44 (40), 1,001 batches (949)");
    byte[] undated = (HEADER_OF_1994 + SmallEdition.PLAYS + FOOTER_OF_1994).getBytes(UTF_8);
    assertThat(ShakespeareEdition.of(undated).describe()).startsWith("the edition without a date");
  }

  static Stream<Named<String[]>> otherFiles() {
    String marks = SmallEdition.HEADER + "%s" + SmallEdition.FOOTER;
    String few = SmallEdition.plays(10).replaceAll("(?m)^(Malvolio|Prospero|Iago).*\n", "");
    return Stream.of(
        other(
            "page",
            "<!DOCTYPE html>\n<title>Shakespeare</title>" + SmallEdition.PLAYS,
            "a page of HTML"),
        other(
            "book",
            SmallEdition.HEADER.replaceAll("(?i)the complete works of.*", "Pride and Prejudice")
                + SmallEdition.PLAYS
                + SmallEdition.FOOTER,
            "the book \"Pride and Prejudice\""),
        other("text", SmallEdition.PLAYS, "another text"),
        other(
            "no start",
            SmallEdition.HEADER.replace("***", "") + SmallEdition.PLAYS + SmallEdition.FOOTER,
            "a file without Gutenberg's line \"*** START OF\""),
        other(
            "cut",
            SmallEdition.HEADER + SmallEdition.PLAYS,
            "a file without Gutenberg's line \"*** END OF\", cut off after %,d characters"
                .formatted((SmallEdition.HEADER + SmallEdition.PLAYS).length())),
        other(
            "three plays less",
            marks.formatted(few),
            "33 of 36 plays, without Othello, The Tempest, Twelfth Night"),
        other(
            "few words",
            marks.formatted(SmallEdition.plays(9)),
            "0 of 36 plays, without A Midsummer"));
  }

  private static Named<String[]> other(String name, String text, String expected) {
    return Named.of(name, new String[] {text, expected});
  }

  @ParameterizedTest
  @MethodSource("otherFiles")
  void anotherFileIsRefusedAndTheCacheKeepsItsOwn(String[] other) throws IOException {
    byte[] good = (SmallEdition.HEADER + SmallEdition.PLAYS + SmallEdition.FOOTER).getBytes(UTF_8);
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
  void aDownloadPassesOverAPageAndTakesTheNextAddress() throws IOException {
    byte[] edition = SmallEdition.TEXT.getBytes(UTF_8);
    byte[] page = "<html>Our address has changed".getBytes(UTF_8);
    try (RawServer pages = new RawServer((request, out) -> answer(out, page, page.length));
        RawServer cut = new RawServer((request, out) -> answer(out, edition, 1000));
        RawServer whole = new RawServer((request, out) -> answer(out, edition, edition.length))) {
      DataSetCache cache =
          new DataSetCache(
              folder, new Network(HANG, HANG, HANG, List.of(), new EnvironmentProxies(Map.of())));
      assertThatThrownBy(() -> cache.fetch(works(pages, cut), (done, total) -> {}))
          .isExactlyInstanceOf(InvalidDataException.class)
          .hasMessageContaining(", found a page of HTML; take ")
          .hasMessageContaining("; from " + cut.address("/") + ": ");
      DataSet works = works(pages, cut, whole);
      assertThat(cache.fetch(works, (done, total) -> {})).hasBinaryContent(edition);
      assertThat(cache.edition(works))
          .hasValueSatisfying(found -> assertThat(found.date()).isEqualTo("October 29, 2024"));
    }
  }

  private static DataSet works(RawServer... servers) {
    return new DataSet(
        "works",
        "",
        new DataSet.Download(Stream.of(servers).map(s -> s.address("/")).toArray(URI[]::new)),
        "",
        Set.of("0".repeat(64)),
        new DataSet.Works(new DataSet.Text(1, 1)),
        "works.txt");
  }

  private static void answer(OutputStream out, byte[] body, int length) throws IOException {
    RawServer.print(out, "HTTP/1.1 200 OK", "Content-Length: " + body.length);
    out.write(body, 0, length);
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    byte[] latin =
        (SmallEdition.HEADER + "\u00e9" + SmallEdition.PLAYS + SmallEdition.FOOTER)
            .getBytes(ISO_8859_1);
    assertThat(ShakespeareEdition.mismatch(latin))
        .hasValueSatisfying(found -> assertThat(found).contains("UTF-8"));
    assertThat(ShakespeareEdition.mismatch(new byte[0])).isPresent();
    assertThat(ShakespeareEdition.mismatch(new byte[] {31, (byte) 139, 8, 0})).isPresent();
  }

  @Test
  void twoNamesInAnotherSpellingAreAccepted() {
    String text = SmallEdition.PLAYS.replace("Aumerle", "Omerle").replace("Fluellen", "Llewellyn");
    assertThat(
            ShakespeareEdition.mismatch(
                (SmallEdition.HEADER + text + SmallEdition.FOOTER).getBytes(UTF_8)))
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
    for (String text :
        new String[] {
          SmallEdition.PLAYS, "", "complete works of Shakespeare\n" + SmallEdition.PLAYS
        }) {
      assertThat(works(text)).isEqualTo(text);
    }
    String other =
        "*** START OF THE PROJECT GUTENBERG EBOOK EMMA ***\n"
            + SmallEdition.PLAYS
            + SmallEdition.FOOTER;
    assertThat(works(other)).isEqualTo(other);
  }

  @Test
  void theBooksEditionDropsAFixedNumberOfCharactersAsTheBookDoes() {
    String text = HEADER_OF_2011 + SmallEdition.PLAYS + SmallEdition.PLAYS;
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
    String text = SmallEdition.HEADER + plays + SmallEdition.FOOTER;
    assertThat(ShakespeareEdition.mismatch(text.getBytes(UTF_8))).isEmpty();
    assertThat(works(text).equals(plays)).isTrue(); // without 5 million characters in the message
    Facts facts = Facts.of(CharacterText.of(text));
    // The book keeps Gutenberg's license at the end, 18,000 characters; this edition ends before.
    assertThat(facts).isEqualTo(new Facts(4_723_019, 40, 945));
  }

  private static String works(String text) {
    return ShakespeareEdition.works(CharacterText.of(text)).toString();
  }
}
