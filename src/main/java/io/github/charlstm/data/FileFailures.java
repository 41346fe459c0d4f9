package io.github.charlstm.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Describes why a file operation failed: the message of the JDK is often only the path. */
public final class FileFailures {
  private FileFailures() {}

  /** {@return the reason in one line, without the path} */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "a file of that name exists";
    }
    if (failure instanceof FileSystemException inFileSystem && inFileSystem.getReason() != null) {
      return oneLine(inFileSystem.getReason());
    }
    return failure.getMessage() == null
        ? failure.getClass().getSimpleName()
        : oneLine(failure.getMessage());
  }

  /** {@return what to do, as the beginning of a sentence: {@code make room on that disk}} */
  public static String remedy(IOException failure) {
    String reason = reason(failure);
    if (reason.contains("No space left") || reason.contains("quota")) {
      return "make room on that disk";
    }
    if (reason.contains("File too large")) {
      return "raise the limit of a file's size (ulimit -f)";
    }
    if (reason.contains("Too many open files")) {
      return "raise the limit of open files (ulimit -n)";
    }
    if (reason.contains("ermission denied") || reason.contains("Read-only file system")) {
      return "make that folder writable";
    }
    return "mend that";
  }

  static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
