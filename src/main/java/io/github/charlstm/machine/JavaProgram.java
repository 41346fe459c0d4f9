package io.github.charlstm.machine;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Runs a class with a main method in a process of its own, so that a crash ends only that process.
 * Java, classes and settings of native libraries are those of this process.
 */
public final class JavaProgram {
  // They may hold options that two processes cannot share, such as a debugger's port.
  private static final List<String> OTHERS_OPTIONS =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");
  private static final Set<String> FOLDERS =
      Set.of(
          "java.io.tmpdir",
          "user.home",
          "org.bytedeco.javacpp.cachedir",
          "org.bytedeco.javacpp.cacheDir");
  private static final List<String> NATIVE_ACCESS =
      List.of(
          "--enable-native-access", "--illegal-native-access", "--sun-misc-unsafe-memory-access");

  private JavaProgram() {}

  /** {@return whether Java has a program to start; one embedded in another program may not} */
  public static boolean canBeStarted() {
    Path java = java(System.getProperties());
    return Files.isExecutable(java) || Files.isExecutable(Path.of(java + ".exe"));
  }

  /**
   * Runs a program of this process's class path or module path to its end, in a temporary folder,
   * so that a crash leaves no file behind; empty if Java cannot be started, or does not end in
   * time.
   */
  public static Optional<Subprocess> run(
      String mainClass, Map<String, String> variables, int seconds) {
    ProcessBuilder builder =
        new ProcessBuilder(
            words(
                mainClass,
                System.getProperties(),
                ManagementFactory.getRuntimeMXBean().getInputArguments()));
    builder.environment().keySet().removeAll(OTHERS_OPTIONS);
    builder.environment().putAll(variables);
    // Some systems limit a command line's length, so the class path goes into the environment.
    builder.environment().put("CLASSPATH", classPath(System.getProperties()));
    Optional<Path> folder = temporaryFolder();
    try {
      folder.ifPresent(place -> builder.directory(place.toFile()));
      return Subprocess.run(builder, seconds);
    } finally {
      folder.ifPresent(JavaProgram::remove);
    }
  }

  /** The properties and options are those that this process was started with. */
  static List<String> words(String mainClass, Properties properties, List<String> options) {
    List<String> words = new ArrayList<>();
    words.add(java(properties).toString());
    words.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + (File.separatorChar == '\\' ? "NUL" : "/dev/null"),
            "-Xmx256m",
            // Its output is parsed, in English; and TensorFlow-Java fails with non-ASCII digits.
            "-Duser.language=en",
            "-Duser.country=US",
            // In another time zone JavaCPP would unpack its libraries again.
            "-Duser.timezone=" + TimeZone.getDefault().getID()));
    properties.stringPropertyNames().stream()
        .filter(name -> isOfNatives(name) || FOLDERS.contains(name))
        .sorted()
        .forEach(name -> words.add("-D" + name + "=" + absolute(name, properties)));
    Predicate<String> isNative = option -> NATIVE_ACCESS.stream().anyMatch(option::startsWith);
    options.stream()
        .filter(isNative)
        // The process has its classes on the class path, not in modules.
        .map(option -> option.replaceFirst("^(--enable-native-access)=.*", "$1=ALL-UNNAMED"))
        .forEach(words::add);
    words.add(mainClass);
    return words;
  }

  private static Path java(Properties properties) {
    return Path.of(properties.getProperty("java.home"), "bin", "java");
  }

  /** The class path and the module path; modules work on the class path too. */
  static String classPath(Properties properties) {
    Set<String> places = new LinkedHashSet<>();
    Stream.of("java.class.path", "jdk.module.path")
        .map(name -> properties.getProperty(name, ""))
        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
        .filter(place -> !place.isEmpty())
        .map(place -> Path.of(place).toAbsolutePath())
        .forEach(
            place -> {
              places.add(place.toString());
              if (Files.isDirectory(place)) {
                places.add(place.resolve("*").toString()); // jars of a module path
              }
            });
    return String.join(File.pathSeparator, places);
  }

  private static boolean isOfNatives(String name) {
    return name.startsWith("org.bytedeco.") || name.equals("java.library.path");
  }

  // The program runs in another folder, so relative paths are resolved.
  private static String absolute(String name, Properties properties) {
    String value = properties.getProperty(name);
    return FOLDERS.contains(name) && !value.isBlank()
        ? Path.of(value).toAbsolutePath().toString()
        : value;
  }

  // A crash may leave a core dump in the current folder.
  private static Optional<Path> temporaryFolder() {
    try {
      return Optional.of(Files.createTempDirectory("charlstm"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException left) {
      // The system cleans its folder of temporary files.
    }
  }
}
