package io.github.charlstm.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * On Ctrl-C or SIGTERM asks the command to stop, and keeps the process until it has. The Java
 * virtual machine then exits with 128 plus the signal's number: 130 for Ctrl-C.
 */
final class ShutdownSignal {
  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook =
      new Thread(
          () -> {
            requested.set(true);
            try {
              finished.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          },
          "charlstm-interrupt");

  /** From now on the process does not end before {@link #finished} is called. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  boolean requested() {
    return requested.get();
  }

  /** The command has ended, with or without success. */
  void finished() {
    finished.countDown();
    if (!requested.get()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        requested.set(true); // the signal came just now: the hook runs, and does not wait
      }
    }
  }
}
