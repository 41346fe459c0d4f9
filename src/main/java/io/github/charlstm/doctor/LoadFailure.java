package io.github.charlstm.doctor;

import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why TensorFlow's library was not loaded, by what the process said that tried.
 *
 * @param reason in one line
 * @param advice what to do about it
 */
record LoadFailure(String reason, String advice) {
  /** What the libraries take on the disk, on any system. */
  static final long UNPACKED_MEGABYTES = 750;

  /** Where else the libraries may go. */
  static final String OTHER_FOLDER =
      "name another folder with CHARLSTM_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER";

  static final String REINSTALL =
      "rebuild on this machine (mvn package), which fetches the library for it";

  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("(lib[\\w+.-]+): cannot open shared object file");

  /**
   * @param natives the folder that the libraries are unpacked to; empty if unknown
   * @param free bytes on its disk
   */
  static LoadFailure of(
      Subprocess command, Optional<Path> natives, OptionalLong free, Processor processor) {
    Optional<String> signal = command.signal();
    if (signal.isPresent()) {
      return new LoadFailure(
          "the process that loaded it was ended by " + signal.get(),
          ended(signal.get(), natives, processor));
    }
    String reason =
        command
            .err()
            .lines()
            .filter(line -> line.startsWith("Caused by: "))
            .reduce((one, other) -> other)
            .map(line -> line.substring("Caused by: ".length()))
            .or(command::thrown)
            .orElse("cannot be loaded, exit code " + command.code());
    boolean full = free.isPresent() && free.getAsLong() >> 20 < UNPACKED_MEGABYTES;
    return new LoadFailure(reason, advice(command.err(), natives, full));
  }

  private static String ended(String signal, Optional<Path> natives, Processor processor) {
    return switch (signal) {
      case "SIGILL", "SIGABRT", "EXCEPTION_ILLEGAL_INSTRUCTION" ->
          ProcessorCheck.lacksAvx(processor.features())
              ? ProcessorCheck.NEEDS_AVX
              : "report it as a bug, with what charlstm doctor --bug-report says";
      case "SIGKILL" -> "look for too little memory, for which the system ends processes";
      case "SIGBUS" -> "make room on the disk, then " + emptied(natives);
      default -> emptied(natives);
    };
  }

  private static String advice(String said, Optional<Path> natives, boolean full) {
    Matcher missing = MISSING_LIBRARY.matcher(said);
    if (said.contains("ld-musl") || said.contains("libc.musl")) {
      return CLibraryCheck.NO_MUSL;
    }
    // Each of these systems has a new libstdc++ too.
    if (said.matches("(?s).*version `(GLIBC|GLIBCXX|CXXABI)_.*")) {
      return CLibraryCheck.SYSTEMS;
    }
    if (missing.find() && !missing.group(1).startsWith("libtensorflow")) {
      return "install the package that holds "
          + missing.group(1)
          + (missing.group(1).startsWith("libstdc++") ? " (Debian, Ubuntu: libstdc++6)" : "");
    }
    if (said.contains("failed to map segment") || said.contains("noexec")) {
      return "its folder does not allow programs (noexec); " + OTHER_FOLDER;
    }
    // JavaCPP removes what it could not write whole, and goes on.
    if (full || said.contains("No space left") || said.contains("Disk quota exceeded")) {
      return "make room for "
          + UNPACKED_MEGABYTES
          + " MB in its folder"
          + natives.map(folder -> ", " + folder).orElse("")
          + ", or "
          + OTHER_FOLDER;
    }
    if (said.contains("Could not create the cache")
        || said.contains("Permission denied")
        || said.contains("Read-only file system")) {
      return "its folder cannot be written to; " + OTHER_FOLDER;
    }
    return emptied(natives);
  }

  private static String emptied(Optional<Path> natives) {
    return "remove the folder "
        + natives.map(Path::toString).orElse("of its files")
        + ", which is filled anew; if that does not help, "
        + REINSTALL;
  }
}
