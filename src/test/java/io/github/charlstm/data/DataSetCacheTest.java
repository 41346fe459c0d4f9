package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetCacheTest {

  private static final String TEXT = "to be\r\nor not\r\n";
  private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);
  private static final DataSet HAMLET =
      new DataSet(
          "hamlet",
          "a line of it",
          new DataSet.Download(URI.create("http://localhost:1/hamlet.txt")),
          "public domain",
          Set.of(Digests.of(BYTES)),
          new DataSet.Text(13, 7),
          "hamlet.txt");

  @TempDir Path folder;
  private DataSetCache cache;
  private Path own;

  @BeforeEach
  void makeCache() throws IOException {
    cache = new DataSetCache(folder.resolve("deep/cache"));
    own = Files.write(folder.resolve("own.txt"), BYTES);
  }

  @Test
  void knownDigestOfAKnownText() {
    assertThat(Digests.of("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void defaultFolderFollowsTheEnvironment() {
    Path home = folder.resolve("home");
    String xdg = folder.resolve("xdg").toString();
    String charlstm = folder.resolve("mine").toString();
    assertThat(DataSetCache.defaultFolder(Map.of(), home))
        .isEqualTo(home.resolve(".cache/charlstm"));
    assertThat(DataSetCache.defaultFolder(Map.of("XDG_CACHE_HOME", xdg), home))
        .isEqualTo(folder.resolve("xdg/charlstm"));
    assertThat(
            DataSetCache.defaultFolder(
                Map.of("XDG_CACHE_HOME", xdg, "CHARLSTM_CACHE", charlstm), home))
        .isEqualTo(folder.resolve("mine"));
    assertThat(
            DataSetCache.defaultFolder(
                Map.of("XDG_CACHE_HOME", "relative", "CHARLSTM_CACHE", " "), home))
        .isEqualTo(home.resolve(".cache/charlstm"));
    assertThat(DataSetCache.defaultFolder(Map.of(), Path.of("?")).isAbsolute())
        .as("not in the working directory")
        .isTrue();
  }

  @Test
  void anEmptyCacheFindsNothingAndTheErrorNamesTheCommand() {
    assertThat(cache.find(HAMLET)).isEmpty();
    assertThatThrownBy(() -> cache.text(HAMLET))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "data set hamlet is not in the cache (no "
                + cache.location(HAMLET)
                + "); \"charlstm data fetch hamlet\" fetches it, or takes your own copy of the"
                + " file");
  }

  @Test
  void installedFileIsFoundAndItsTextIsRead() throws IOException {
    Path installed = cache.install(HAMLET, own);
    assertThat(installed).isEqualTo(folder.resolve("deep/cache/hamlet.txt").toAbsolutePath());
    assertThat(cache.find(HAMLET)).contains(installed);
    assertThat(Files.readAllBytes(installed)).isEqualTo(BYTES);
    assertThat(own).exists();
    assertThat(cache.text(HAMLET)).isEqualTo("to be\nor not\n");
    try (Stream<Path> files = Files.list(installed.getParent())) {
      assertThat(files).containsExactly(installed);
    }
  }

  @Test
  void installingTheFileAlreadyInPlaceKeepsIt() {
    Path installed = cache.install(HAMLET, own);
    assertThat(cache.install(HAMLET, installed)).isEqualTo(installed);
    assertThat(cache.text(HAMLET)).isEqualTo("to be\nor not\n");
  }

  @Test
  void installingAnotherFileIsRejectedNamingBothDigests() throws IOException {
    Files.writeString(own, "something else");
    assertThatThrownBy(() -> cache.install(HAMLET, own))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            own
                + " is not the data set hamlet: expected SHA-256 "
                + Digests.of(BYTES)
                + ", found "
                + Digests.of("something else".getBytes(StandardCharsets.UTF_8)));
    assertThat(cache.location(HAMLET)).doesNotExist();
  }

  @Test
  void installingAMissingFileIsRejected() {
    Path missing = folder.resolve("missing.txt");
    assertThatThrownBy(() -> cache.install(HAMLET, missing))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("cannot read " + missing + ": no such file or folder");
  }

  @Test
  void damagedFileIsRejectedByNameAndCanBeInstalledAgain() throws IOException {
    Path installed = cache.install(HAMLET, own);
    Files.writeString(installed, "to be");
    assertThatThrownBy(() -> cache.text(HAMLET))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(installed + " is damaged: expected SHA-256 ");
    assertThatThrownBy(() -> cache.find(HAMLET)).isExactlyInstanceOf(InvalidDataException.class);
    cache.install(HAMLET, own);
    assertThat(cache.text(HAMLET)).isEqualTo("to be\nor not\n");
  }

  @Test
  void folderThatCannotBeWrittenIsNamedWithTheVariableToSet() {
    DataSetCache blocked = new DataSetCache(own.resolve("cache"));
    assertThatThrownBy(() -> blocked.install(HAMLET, own))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("cannot write " + blocked.location(HAMLET) + ": ")
        .hasMessageEndingWith("; set CHARLSTM_CACHE to a folder that can be written");
  }

  @Test
  void embeddedDataSetsAreNeitherFetchedNorInstalled() {
    assertThat(cache.find(DataSets.MACBETH)).isEmpty();
    assertThatThrownBy(() -> cache.fetch(DataSets.MACBETH, (done, total) -> {}))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("data set macbeth comes with the program: there is nothing to fetch");
    assertThatThrownBy(() -> cache.install(DataSets.MACBETH, own))
        .isExactlyInstanceOf(InvalidDataException.class);
  }

  @Test
  void anotherResourceOfTheSameNameIsRejected() {
    DataSet wrong =
        new DataSet(
            "wrong",
            "another digest",
            new DataSet.Embedded("shakes.txt"),
            "",
            Set.of("0".repeat(64)),
            new DataSet.Text(1, 1),
            "wrong.txt");
    assertThatThrownBy(() -> cache.text(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("shakes.txt on the class path is another file");
  }
}
