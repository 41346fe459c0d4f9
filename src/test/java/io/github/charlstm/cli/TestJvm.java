package io.github.charlstm.cli;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Sets before the first test what the program sets before all else: see {@link JvmSettings}. */
public final class TestJvm implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    apply();
  }

  /** For a main method of the tests' own. */
  public static void apply() {
    JvmSettings.apply();
  }
}
