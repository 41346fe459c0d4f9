package io.github.charlstm.sample;

import java.util.ConcurrentModificationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Rejects calls of a thread while another one is in a call. A model's state is held in native
 * memory, which the call that moves the state on frees: a second reader would end the JVM.
 */
public final class ExclusiveUse {
  private final ReentrantLock lock = new ReentrantLock();
  private final String advice;

  /**
   * @param advice how several threads can work, the end of a sentence
   */
  public ExclusiveUse(String advice) {
    this.advice = advice;
  }

  /** A call in progress, closed by the thread that began it. */
  @FunctionalInterface
  public interface Call extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Begins a call; calls of the same thread may be nested.
   *
   * @return to be closed at its end
   * @throws ConcurrentModificationException if another thread is in a call
   */
  public Call begin() {
    if (!lock.tryLock()) {
      throw new ConcurrentModificationException(
          "the model is in use by another thread, and has one state: " + advice);
    }
    return lock::unlock;
  }

  /** Runs an action as one call. */
  public void run(Runnable action) {
    get(
        () -> {
          action.run();
          return null;
        });
  }

  /** {@return what an action gives, run as one call} */
  public <T> T get(Supplier<T> action) {
    Call call = begin();
    try {
      return action.get();
    } finally {
      call.close();
    }
  }
}
