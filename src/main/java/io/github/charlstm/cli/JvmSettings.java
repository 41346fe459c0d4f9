package io.github.charlstm.cli;

import io.github.charlstm.data.DataSetCache;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;

/** Settings of the Java process that the libraries depend on. */
final class JvmSettings {
  /** Where JavaCPP, which TensorFlow-Java uses, unpacks the native library (683 MB on Linux). */
  static final String NATIVES = "org.bytedeco.javacpp.cachedir";

  private JvmSettings() {}

  /** To be called before TensorFlow is used. */
  static void apply() {
    // TensorFlow-Java writes the numbers in the names of operations with the digits of the locale,
    // and TensorFlow refuses digits that are not ASCII.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    // JavaCPP unpacks the library again if its file's time differs from the jar entry's, which it
    // reads as local time: in another time zone it would replace a file that other processes use.
    // The program itself prints no local times.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    // Not JavaCPP's default folder, which programs in another time zone may use.
    if (System.getProperty(NATIVES) == null
        && System.getProperty("org.bytedeco.javacpp.cacheDir") == null) { // its older name
      Path cache =
          DataSetCache.defaultFolder(System.getenv(), Path.of(System.getProperty("user.home")));
      System.setProperty(NATIVES, cache.resolve("natives").toString());
    }
  }
}
