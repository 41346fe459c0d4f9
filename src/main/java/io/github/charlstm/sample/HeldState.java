package io.github.charlstm.sample;

import io.github.charlstm.sample.NextSymbolModel.SavedState;

/**
 * A model's present state, which its saved states share instead of copying it. A state's resources
 * are closed when neither the model nor a saved state uses it any more.
 *
 * @param <T> values of a state, which do not change
 */
public final class HeldState<T> implements AutoCloseable {
  private Shared<T> present;

  private static final class Shared<T> {
    private final T values;
    private final AutoCloseable resources;
    private int users = 1;

    Shared(T values, AutoCloseable resources) {
      this.values = values;
      this.resources = resources;
    }

    void release() {
      users--;
      if (users > 0) {
        return;
      }
      try {
        resources.close();
      } catch (Exception e) {
        throw new IllegalStateException("the state cannot be closed", e);
      }
    }
  }

  /** {@return the values of the present state; null if there is none} */
  public T get() {
    return present == null ? null : present.values;
  }

  /** Makes this the present state. */
  public void set(T values, AutoCloseable resources) {
    take(new Shared<>(values, resources));
  }

  private void take(Shared<T> next) {
    Shared<T> before = present;
    present = next;
    if (before != null) {
      before.release();
    }
  }

  /**
   * {@return the present state, or that there is none, to go back to}
   *
   * @param use in which it is restored and closed
   */
  public SavedState save(ExclusiveUse use) {
    Shared<T> saved = present;
    if (saved != null) {
      saved.users++;
    }
    return new SavedState() {
      private boolean closed;

      @Override
      public void restore() {
        use.run(this::restoreNow);
      }

      private void restoreNow() {
        if (closed) {
          throw new IllegalStateException("the saved state is closed");
        }
        if (saved != null) {
          saved.users++;
        }
        take(saved);
      }

      @Override
      public void close() {
        use.run(this::closeNow);
      }

      private void closeNow() {
        if (!closed && saved != null) {
          saved.release();
        }
        closed = true;
      }
    };
  }

  /** Leaves no state. */
  @Override
  public void close() {
    take(null);
  }
}
