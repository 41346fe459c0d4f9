package io.github.charlstm.cli;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Applies {@link JvmSettings} before the first test. */
public final class TestJvm implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    apply();
  }

  /** For the main methods of tests. */
  public static void apply() {
    JvmSettings.apply();
  }
}
