package io.github.charlstm.data;

import io.github.charlstm.data.DataSet.Embedded;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of downloaded data sets, one file each. A file that is not the data set, by its
 * SHA-256 or {@link ShakespeareEdition}, is an error. Several processes may use one folder.
 */
public final class DataSetCache {

  private final Path folder;
  private final DataSetDownload.Network network;

  /** Receives the progress of a download, in the thread that downloads. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called at the start of each request and after each piece; {@code done} has the bytes of an
     * earlier, unfinished download too, {@code total} is -1 if the server does not say.
     */
    void onBytes(long done, long total);

    /** Called with a line for the user when a request failed and another is made. */
    default void onFailure(String what) {}
  }

  /**
   * A cache in a folder, which need not exist yet. Downloads use the proxies of Java's properties
   * ({@code https.proxyHost}) or of the variables {@code https_proxy}, {@code http_proxy}, {@code
   * all_proxy} and {@code no_proxy}.
   */
  public DataSetCache(Path folder) {
    this(folder, DataSetDownload.Network.DEFAULT);
  }

  DataSetCache(Path folder, DataSetDownload.Network network) {
    this.folder = folder.toAbsolutePath().normalize();
    this.network = network;
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
   * {@return the file of a data set, its digest checked; empty if it is not in the cache}
   *
   * @throws InvalidDataException if the file is there but damaged or unreadable
   */
  public Optional<Path> find(DataSet dataSet) {
    return cachedBytes(dataSet).map(bytes -> location(dataSet));
  }

  /**
   * Downloads a data set, from the first of its addresses that has it, unless the cache has it. A
   * damaged file in the cache is replaced; if the download fails, the files of the cache are
   * unchanged, and the next call goes on where it was cut off, if the server can tell that its file
   * is still the same. An InvalidDataException if the data set is embedded, all servers fail or
   * have another file, a variable that names a proxy is malformed, or the cache cannot be written.
   */
  public Path fetch(DataSet dataSet, Progress progress) {
    refuseEmbedded(dataSet);
    Path target = location(dataSet);
    if (!isCached(dataSet)) {
      new DataSetDownload(dataSet, target, network, progress).run();
    }
    return target;
  }

  /**
   * Copies the user's own file of a data set into the cache. An InvalidDataException if the data
   * set is embedded, the file has a wrong digest, or one of both cannot be read or written.
   */
  public Path install(DataSet dataSet, Path file) {
    refuseEmbedded(dataSet);
    byte[] bytes = TextFile.readBytes(file);
    dataSet.requireAccepted(
        bytes,
        mismatch ->
            new InvalidDataException(
                file + " is not the data set " + dataSet.name() + ": " + mismatch));
    try (PartFile part = PartFile.create(location(dataSet))) {
      part.write(bytes, bytes.length);
      part.moveIntoPlace();
    }
    return location(dataSet);
  }

  /**
   * {@return the text of a data set, embedded or cached, with newlines as {@code \n}} An
   * InvalidDataException says how to get one that is not in the cache.
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

  /**
   * {@return which edition of Shakespeare's works the cache has; empty if it has none or the data
   * set has one edition only} An InvalidDataException as by {@link #find}.
   */
  public Optional<ShakespeareEdition> edition(DataSet dataSet) {
    return dataSet.anyEdition()
        ? cachedBytes(dataSet).map(ShakespeareEdition::of)
        : Optional.empty();
  }

  private boolean isCached(DataSet dataSet) {
    Path file = location(dataSet);
    return Files.exists(file) && dataSet.accepts(TextFile.readBytes(file));
  }

  // The digest is that of the bytes that are used: the file could change between two reads.
  private Optional<byte[]> cachedBytes(DataSet dataSet) {
    Path file = location(dataSet);
    if (dataSet.isEmbedded() || Files.notExists(file)) {
      return Optional.empty();
    }
    byte[] bytes = TextFile.readBytes(file);
    dataSet.requireAccepted(
        bytes,
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
      dataSet.requireAccepted(
          bytes,
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
