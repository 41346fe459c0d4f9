package io.github.charlstm.interop;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that Python's {@code pickle} wrote, of any protocol: None, bool, int, float, str, bytes,
 * list, tuple, dict and {@code argparse.Namespace}. A file that names any other class or function
 * is refused, and nothing of it is looked up or called.
 *
 * @param file where it lies
 * @param value tuples are {@code Object[]}, a namespace is a {@link PickledNamespace}
 * @param foreignBytes whether a string of Python 2 had bytes beyond ASCII, which stand in the value
 *     as the characters of the same number
 */
record PickleFile(Path file, Object value, boolean foreignBytes) {
  /** The largest file that is read, in bytes. */
  static final int MAXIMUM_BYTES = 16 << 20;

  /**
   * @throws InvalidDataException if the file cannot be read, is damaged, or holds anything else
   */
  static PickleFile read(Path file) {
    PlainUnpickler unpickler = new PlainUnpickler(bytes(file));
    try {
      Object value = unpickler.read();
      return new PickleFile(file, value, unpickler.foreignBytes());
    } catch (PlainUnpickler.RefusedException e) {
      throw new InvalidDataException(
          file
              + " is refused, nothing of it was run: the pickle "
              + e.getMessage()
              + "; only plain values and argparse.Namespace are read",
          e);
    } catch (IOException e) {
      throw new InvalidDataException(
          file + " is no whole Python pickle: it ends too early (" + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      throw new InvalidDataException(file + " is no Python pickle, or a damaged one", e);
    }
  }

  /** What a value is, in Python's words. */
  static String describe(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof String text) {
      return "the string '" + (text.length() <= 20 ? text : text.substring(0, 20) + "...") + "'";
    }
    if (value instanceof Boolean || value instanceof Number) {
      String text = value.toString();
      return text.length() <= 40 ? text : "a long number";
    }
    return switch (value.getClass().getSimpleName()) {
      case "Object[]" -> "a tuple";
      case "ArrayList" -> "a list";
      case "LinkedHashMap", "HashMap" -> "a dict";
      case "byte[]" -> "bytes";
      case "PickledNamespace" -> "an argparse.Namespace";
      default -> "something else";
    };
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidDataException(file + " is a folder: expected a Python pickle");
      }
      long size = Files.size(file);
      if (size > MAXIMUM_BYTES) {
        throw new InvalidDataException(
            file + " is too large for a pickle: " + size + " bytes, at most " + MAXIMUM_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidDataException("cannot read " + file + ": " + FileFailures.reason(e), e);
    }
  }
}
