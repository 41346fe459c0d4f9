package io.github.charlstm.cli;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.tensorflow.TensorFlow;

/**
 * Loads TensorFlow's library, which takes about half a second, in parallel to work that needs it
 * only at its end, or not at all. Class initialization is locked: code that uses TensorFlow
 * meanwhile blocks until it is loaded.
 */
final class TensorFlowPreloader {
  private TensorFlowPreloader() {}

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
    CompletableFuture<Optional<Error>> library =
        CompletableFuture.supplyAsync(() -> failure(loading), TensorFlowPreloader::start);
    T done;
    try {
      done = work.get();
    } catch (LinkageError e) {
      // Java throws the cause only on the first use of a class, which was in the other thread.
      throw library.join().orElse(e);
    } finally {
      library.join(); // does not return early if this thread is interrupted
    }
    Optional<Error> failure = library.join().filter(error -> !(error instanceof LinkageError));
    if (failure.isPresent()) {
      throw failure.get();
    }
    return done;
  }

  private static Optional<Error> failure(Runnable loading) {
    try {
      loading.run();
      return Optional.empty();
    } catch (Error e) {
      return Optional.of(e);
    }
  }

  private static void start(Runnable loading) {
    Thread thread = new Thread(loading, "TensorFlow's library");
    thread.setDaemon(true);
    thread.start();
  }
}
