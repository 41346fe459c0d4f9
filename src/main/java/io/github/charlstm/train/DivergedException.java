package io.github.charlstm.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The loss, the gradients or a variable are infinite or NaN. The run stopped and kept its last
 * checkpoint.
 */
public final class DivergedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  DivergedException(String what, Optional<Path> newest, String remedy) {
    super(
        what
            + ": training has diverged and stopped; "
            + newest.map(path -> "the last checkpoint is " + path).orElse("there is no checkpoint")
            + ". To avoid it, "
            + remedy);
  }
}
