package io.github.charlstm.cli;

import java.util.function.Supplier;
import org.tensorflow.TensorFlow;

/**
 * Loads TensorFlow's library, which takes about half a second, in parallel to work that needs it
 * only at its end, or not at all. Class initialization is locked: code that uses TensorFlow
 * meanwhile blocks until it is loaded.
 */
final class TensorFlowPreloader {
  private final Thread thread;
  private volatile Error failure;

  private TensorFlowPreloader(Runnable loading) {
    thread = new Thread(() -> load(loading), "TensorFlow's library");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Does the work, and returns when the library is loaded too: a process that ends while it loads
   * may crash.
   *
   * @throws LinkageError if the work needed the library and it cannot be loaded
   * @throws Error if Java has no memory or no descriptors to load it
   */
  static <T> T meanwhile(Supplier<T> work) {
    return meanwhile(TensorFlow::version, work);
  }

  static <T> T meanwhile(Runnable loading, Supplier<T> work) {
    TensorFlowPreloader library = new TensorFlowPreloader(loading);
    T done;
    try {
      done = work.get();
    } catch (LinkageError e) {
      library.await();
      // Java throws the cause only on the first use of a class, which was in the thread.
      throw library.failure == null ? e : library.failure;
    } finally {
      library.await();
    }
    if (library.failure != null && !(library.failure instanceof LinkageError)) {
      throw library.failure;
    }
    return done;
  }

  private void load(Runnable loading) {
    try {
      loading.run();
    } catch (Error e) {
      failure = e;
    }
  }

  private void await() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
