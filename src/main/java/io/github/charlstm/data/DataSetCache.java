package io.github.charlstm.data;

import io.github.charlstm.data.DataSet.Download;
import io.github.charlstm.data.DataSet.Embedded;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The folder that keeps downloaded data sets, one file each. A file is there whole and with an
 * accepted SHA-256 digest, or it is refused. Several processes may use one folder.
 */
public final class DataSetCache {

  private final Path folder;
  private final DataSetDownload.Limits limits;

  /**
   * Uses a folder, which need not exist yet.
   *
   * @param folder where the files are
   */
  public DataSetCache(Path folder) {
    this(folder, DataSetDownload.Limits.USUAL);
  }

  DataSetCache(Path folder, DataSetDownload.Limits limits) {
    this.folder = folder.toAbsolutePath().normalize();
    this.limits = limits;
  }

  /**
   * The folder to use when the user names none: {@code CHARLSTM_CACHE}, else {@code charlstm} in
   * {@code XDG_CACHE_HOME}, else {@code .cache/charlstm} in the home folder. Blank variables count
   * as unset, and so does a relative {@code XDG_CACHE_HOME}, as its specification demands. A user
   * without a home folder (Java calls it {@code ?}) gets {@code charlstm-<user>} among the
   * temporary files.
   *
   * @param environment the environment variables
   * @param home the user's home folder
   * @return the folder, which need not exist
   */
  public static Path defaultFolder(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault("CHARLSTM_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!shared.isBlank() && Path.of(shared).isAbsolute()) {
      return Path.of(shared).resolve("charlstm");
    }
    return home.isAbsolute()
        ? home.resolve(".cache").resolve("charlstm")
        : Path.of(
            System.getProperty("java.io.tmpdir"), "charlstm-" + System.getProperty("user.name"));
  }

  /**
   * Where the file of a data set is, or would be.
   *
   * @param dataSet any data set
   * @return an absolute path
   */
  public Path location(DataSet dataSet) {
    return folder.resolve(dataSet.fileName());
  }

  /**
   * Looks for a file in the cache, and never on the network.
   *
   * @param dataSet any data set; an embedded one has no file
   * @return the file, its digest checked, or empty when it is not there
   * @throws InvalidDataException if the file is there but damaged or unreadable
   */
  public Optional<Path> find(DataSet dataSet) {
    return cachedBytes(dataSet).map(bytes -> location(dataSet));
  }

  /**
   * Downloads a data set unless the cache has it. A damaged file in the cache is replaced; when the
   * download fails the cache stays as it was.
   *
   * @param dataSet a data set that is not embedded
   * @param progress is told of the bytes; not called when nothing is downloaded
   * @return the file in the cache
   * @throws InvalidDataException if the data set is embedded, the server cannot be reached or
   *     refuses, the digest is wrong, or the cache cannot be written
   */
  public Path fetch(DataSet dataSet, DownloadProgress progress) {
    Objects.requireNonNull(progress, "progress");
    refuseEmbedded(dataSet);
    Path target = location(dataSet);
    if (!isCached(dataSet)) {
      Download source = (Download) dataSet.source();
      new DataSetDownload(dataSet, source.address(), target, limits).run(progress);
    }
    return target;
  }

  /**
   * Copies the user's own file of a data set into the cache.
   *
   * @param dataSet a data set that is not embedded
   * @param file the user's file, left as it is
   * @return the copy in the cache
   * @throws InvalidDataException if the data set is embedded, the file cannot be read or has a
   *     wrong digest, or the cache cannot be written
   */
  public Path install(DataSet dataSet, Path file) {
    refuseEmbedded(dataSet);
    byte[] bytes = TextFile.readBytes(file);
    String found = Digests.of(bytes);
    if (!dataSet.digests().contains(found)) {
      throw new InvalidDataException(
          file
              + " is not the data set "
              + dataSet.name()
              + ": "
              + Digests.mismatch(dataSet, found));
    }
    try (PartFile part = PartFile.open(location(dataSet))) {
      part.write(bytes, bytes.length);
      part.moveIntoPlace();
    }
    return location(dataSet);
  }

  /**
   * The text of a data set, embedded or cached.
   *
   * @param dataSet any data set
   * @return its text, newlines as {@code \n}
   * @throws InvalidDataException if it is not a text, is not in the cache, saying how to get it, or
   *     is damaged there
   */
  public String text(DataSet dataSet) {
    if (!dataSet.isText()) {
      throw new InvalidDataException(
          "data set "
              + dataSet.name()
              + " is not a text, it has "
              + dataSet.content().summary().strip());
    }
    if (dataSet.source() instanceof Embedded embedded) {
      return TextFile.decode(embeddedBytes(dataSet, embedded), embedded.resource());
    }
    byte[] bytes =
        cachedBytes(dataSet)
            .orElseThrow(
                () ->
                    new InvalidDataException(
                        String.format(
                            "data set %s is not in the cache (no %s); run \"charlstm data fetch"
                                + " %s\", adding --file FILE to use your own copy",
                            dataSet.name(), location(dataSet), dataSet.name())));
    return TextFile.decode(bytes, location(dataSet).toString());
  }

  private boolean isCached(DataSet dataSet) {
    Path file = location(dataSet);
    return Files.exists(file) && dataSet.digests().contains(Digests.of(TextFile.readBytes(file)));
  }

  // Digest and text must come from one reading, or the file could change between the two.
  private Optional<byte[]> cachedBytes(DataSet dataSet) {
    Path file = location(dataSet);
    if (dataSet.isEmbedded() || Files.notExists(file)) {
      return Optional.empty();
    }
    byte[] bytes = TextFile.readBytes(file);
    String found = Digests.of(bytes);
    if (!dataSet.digests().contains(found)) {
      throw new InvalidDataException(
          String.format(
              "%s is damaged: %s; run \"charlstm data fetch %s\" to replace it",
              file, Digests.mismatch(dataSet, found), dataSet.name()));
    }
    return Optional.of(bytes);
  }

  private static byte[] embeddedBytes(DataSet dataSet, Embedded embedded) {
    try (InputStream stream = DataSetCache.class.getResourceAsStream("/" + embedded.resource())) {
      if (stream == null) {
        throw new IllegalStateException(
            embedded.resource() + " is not on the class path: " + dataSet.license());
      }
      byte[] bytes = stream.readAllBytes();
      String found = Digests.of(bytes);
      if (!dataSet.digests().contains(found)) {
        throw new IllegalStateException(
            embedded.resource()
                + " on the class path is another file: "
                + Digests.mismatch(dataSet, found));
      }
      return bytes;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read the resource " + embedded.resource(), failure);
    }
  }

  private static void refuseEmbedded(DataSet dataSet) {
    if (dataSet.isEmbedded()) {
      throw new InvalidDataException(
          "data set " + dataSet.name() + " comes with the program: there is nothing to fetch");
    }
  }
}
