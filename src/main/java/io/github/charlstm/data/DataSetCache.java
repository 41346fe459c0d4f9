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
 * The folder of downloaded data sets, one file each. A file without an accepted SHA-256 digest is
 * an error. Several processes may use one folder.
 */
public final class DataSetCache {

  private final Path folder;
  private final DataSetDownload.Limits limits;

  /** Receives the progress of a download, in the thread that downloads. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called at the start and after each piece.
     *
     * @param done bytes so far, 0 in the first call
     * @param total bytes in all, -1 if the server does not say
     */
    void onBytes(long done, long total);
  }

  /** A cache in a folder, which need not exist yet. */
  public DataSetCache(Path folder) {
    this(folder, DataSetDownload.Limits.DEFAULT);
  }

  DataSetCache(Path folder, DataSetDownload.Limits limits) {
    this.folder = folder.toAbsolutePath().normalize();
    this.limits = limits;
  }

  /**
   * The default folder: {@code CHARLSTM_CACHE}, else {@code charlstm} in {@code XDG_CACHE_HOME},
   * else {@code .cache/charlstm} in the home folder. Blank variables count as unset, and so does a
   * relative {@code XDG_CACHE_HOME}, as its specification demands. For a user without a home folder
   * (Java calls it {@code ?}) it is {@code charlstm-<user>} in the folder of temporary files.
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

  /** {@return the absolute path of a data set's file, which need not exist} */
  public Path location(DataSet dataSet) {
    return folder.resolve(dataSet.fileName());
  }

  /**
   * Looks for a file in the cache, without using the network.
   *
   * @param dataSet any data set; an embedded one has no file
   * @return the file, its digest checked, or empty if it is not there
   * @throws InvalidDataException if the file is there but damaged or unreadable
   */
  public Optional<Path> find(DataSet dataSet) {
    return cachedBytes(dataSet).map(bytes -> location(dataSet));
  }

  /**
   * Downloads a data set unless the cache has it. A damaged file in the cache is replaced; if the
   * download fails, the cache is unchanged.
   *
   * @param dataSet a data set that is not embedded
   * @param progress not called if nothing is downloaded
   * @return the file in the cache
   * @throws InvalidDataException if the data set is embedded, the server cannot be reached or
   *     refuses, the digest is wrong, or the cache cannot be written
   */
  public Path fetch(DataSet dataSet, Progress progress) {
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
    dataSet.requireDigest(
        Digests.of(bytes),
        mismatch ->
            new InvalidDataException(
                file + " is not the data set " + dataSet.name() + ": " + mismatch));
    try (DataSetDownload.PartFile part = DataSetDownload.PartFile.open(location(dataSet))) {
      part.write(bytes, bytes.length);
      part.moveIntoPlace();
    }
    return location(dataSet);
  }

  /**
   * {@return the text of a data set, embedded or cached, with newlines as {@code \n}}
   *
   * @throws InvalidDataException if it is not a text, is not in the cache (the message says how to
   *     get it), or is damaged there
   */
  public String text(DataSet dataSet) {
    if (!dataSet.isText()) {
      throw InvalidDataException.of(
          "data set %s is not a text, it has %s",
          dataSet.name(), dataSet.content().summary().strip());
    }
    if (dataSet.source() instanceof Embedded embedded) {
      return TextFile.decode(embeddedBytes(dataSet, embedded), embedded.resource());
    }
    byte[] bytes =
        cachedBytes(dataSet)
            .orElseThrow(
                () ->
                    InvalidDataException.of(
                        "data set %s is not in the cache (no %s); \"charlstm data fetch %s\""
                            + " fetches it, or takes your own copy of the file",
                        dataSet.name(), location(dataSet), dataSet.name()));
    return TextFile.decode(bytes, location(dataSet).toString());
  }

  private boolean isCached(DataSet dataSet) {
    Path file = location(dataSet);
    return Files.exists(file) && dataSet.digests().contains(Digests.of(TextFile.readBytes(file)));
  }

  // The digest is that of the bytes that are used: the file could change between two reads.
  private Optional<byte[]> cachedBytes(DataSet dataSet) {
    Path file = location(dataSet);
    if (dataSet.isEmbedded() || Files.notExists(file)) {
      return Optional.empty();
    }
    byte[] bytes = TextFile.readBytes(file);
    dataSet.requireDigest(
        Digests.of(bytes),
        mismatch ->
            InvalidDataException.of(
                "%s is damaged: %s; run \"charlstm data fetch %s\" to replace it",
                file, mismatch, dataSet.name()));
    return Optional.of(bytes);
  }

  private static byte[] embeddedBytes(DataSet dataSet, Embedded embedded) {
    try (InputStream stream = DataSetCache.class.getResourceAsStream("/" + embedded.resource())) {
      if (stream == null) {
        throw new IllegalStateException(
            embedded.resource() + " is not on the class path: " + dataSet.license());
      }
      byte[] bytes = stream.readAllBytes();
      dataSet.requireDigest(
          Digests.of(bytes),
          mismatch ->
              new IllegalStateException(
                  embedded.resource() + " on the class path is another file: " + mismatch));
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
