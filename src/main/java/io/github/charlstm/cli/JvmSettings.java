package io.github.charlstm.cli;

import io.github.charlstm.data.DataSetCache;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;

/**
 * What the program sets in its Java process before it does anything else, because the libraries it
 * uses depend on it.
 */
final class JvmSettings {
  /** Where JavaCPP, which TensorFlow-Java uses, unpacks the native library (683 MB on Linux). */
  static final String NATIVES = "org.bytedeco.javacpp.cachedir";

  private JvmSettings() {}

  /** Must come before the first use of TensorFlow. */
  static void apply() {
    // TensorFlow-Java writes the numbers in the names of operations with the digits of the locale,
    // and TensorFlow refuses digits that are not ASCII.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    // JavaCPP unpacks the library again when its file's time is not that of the jar's entry, which
    // it reads as local time: another time zone would replace the file while others use it. The
    // program itself prints no local times.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    // A folder of our own: a program in another time zone may use JavaCPP's default folder.
    if (System.getProperty(NATIVES) == null
        && System.getProperty("org.bytedeco.javacpp.cacheDir") == null) { // its older name
      Path cache =
          DataSetCache.defaultFolder(System.getenv(), Path.of(System.getProperty("user.home")));
      System.setProperty(NATIVES, cache.resolve("natives").toString());
    }
  }
}
