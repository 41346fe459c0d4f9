package io.github.charlstm.cli;

import java.util.TimeZone;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.tensorflow.TensorFlow;

/**
 * Loads TensorFlow as the program does, before the first test: see {@link JvmSettings}. The tests
 * themselves run in the time zone that the process was started in.
 */
public final class TestJvm implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    load();
  }

  /** For a main method of the tests' own. */
  public static void load() {
    TimeZone zone = TimeZone.getDefault();
    JvmSettings.apply();
    TensorFlow.version();
    TimeZone.setDefault(zone);
  }
}
