package io.github.charlstm.crash;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Ends the process at a change of a file below a folder, as {@code kill -9} does: without cleaning
 * up or running shutdown hooks.
 *
 * <p>Three kinds of ends: before the change of a given number; in the middle of the write of a
 * given number; and when TensorFlow, whose writes do not pass through this file system, has created
 * a file of a given prefix, at the latest before the next change seen here. Otherwise it only lists
 * the changes.
 */
final class EndAtChange implements ChangeCountingFileSystem.Watcher {
  /** The exit code, as a shell reports it for {@code kill -9}. */
  static final int EXIT_CODE = 137;

  static final String FOLDER = "charlstm.crash.folder";
  static final String CHANGE = "charlstm.crash.change";
  static final String HALF = "charlstm.crash.half";
  static final String NATIVE_FILE = "charlstm.crash.native-file";
  static final String LIST = "charlstm.crash.list";

  private final String folder;
  private final int fatal;
  private final boolean halfOfIt;
  private final String nativeFile;
  private final String list;
  private int count;
  private File nativePlace;

  private EndAtChange(String folder, int fatal, boolean halfOfIt, String nativeFile, String list) {
    this.folder = folder;
    this.fatal = fatal;
    this.halfOfIt = halfOfIt;
    this.nativeFile = nativeFile;
    this.list = list;
  }

  static EndAtChange fromProperties() {
    return new EndAtChange(
        System.getProperty(FOLDER),
        Integer.getInteger(CHANGE, 0),
        Boolean.getBoolean(HALF),
        System.getProperty(NATIVE_FILE),
        System.getProperty(LIST));
  }

  @Override
  public synchronized void before(String change, Path path, ChangeCountingFileSystem.Half half)
      throws IOException {
    if (folder == null || !path.toString().startsWith(folder)) {
      return;
    }
    count++;
    if (list != null) {
      note(change + "\t" + path.toString().substring(folder.length()));
    }
    if (count == fatal) {
      if (halfOfIt) {
        half.run();
      }
      Runtime.getRuntime().halt(EXIT_CODE);
    }
    if (nativePlace != null) {
      endIfNativeFileIsThere(); // on one processor the other thread may not have had its turn
    } else if (nativeFile != null && change.equals("make folder") && isPlaceOfNativeFile(path)) {
      nativePlace = new File(path.toString());
      endWhenNativeFileAppears();
    }
  }

  private void note(String line) throws IOException {
    try (OutputStream out = new FileOutputStream(list, true)) { // no path of this file system
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private boolean isPlaceOfNativeFile(Path path) {
    return path.endsWith(Path.of(nativeFile).getParent().toString());
  }

  private void endWhenNativeFileAppears() {
    Thread spinner =
        new Thread(
            () -> {
              while (true) {
                endIfNativeFileIsThere();
              }
            });
    spinner.setDaemon(true);
    spinner.start();
  }

  private void endIfNativeFileIsThere() {
    String beginning = Path.of(nativeFile).getFileName().toString();
    String[] names = nativePlace.list();
    for (String name : names == null ? new String[0] : names) {
      if (name.startsWith(beginning)) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    }
  }
}
