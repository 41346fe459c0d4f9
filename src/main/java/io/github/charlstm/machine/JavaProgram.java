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
 * Runs a class with a main method in a process of its own: the Java, the classes and the settings
 * of native libraries are those of this process. What takes a process down takes down that one.
 */
public final class JavaProgram {
  // They may hold what two processes cannot share, such as the port of a debugger.
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

  /** {@return whether there is a program to start: a Java within another program may have none} */
  public static boolean canBeStarted() {
    Path java = java(System.getProperties());
    return Files.isExecutable(java) || Files.isExecutable(Path.of(java + ".exe"));
  }

  /**
   * Runs it to its end. A crash leaves no file behind.
   *
   * @param mainClass on this process's class path or module path
   * @param variables that it has beyond those of this process
   * @param seconds that it may take
   * @return empty if Java cannot be started, or does not end in time
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
    // The class path may be longer than a command line on some systems.
    builder.environment().put("CLASSPATH", classPath(System.getProperties()));
    Optional<Path> folder = temporaryFolder();
    try {
      folder.ifPresent(place -> builder.directory(place.toFile()));
      return Subprocess.run(builder, seconds);
    } finally {
      folder.ifPresent(JavaProgram::remove);
    }
  }

  /**
   * @param properties of this process
   * @param options that it was started with
   */
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
            // What it says is read, in English; and TensorFlow refuses names with other digits.
            "-Duser.language=en",
            "-Duser.country=US",
            // JavaCPP would unpack its libraries again in another time zone.
            "-Duser.timezone=" + TimeZone.getDefault().getID()));
    properties.stringPropertyNames().stream()
        .filter(name -> isOfNatives(name) || FOLDERS.contains(name))
        .sorted()
        .forEach(name -> words.add("-D" + name + "=" + absolute(name, properties)));
    Predicate<String> isNative = option -> NATIVE_ACCESS.stream().anyMatch(option::startsWith);
    options.stream()
        .filter(isNative)
        // Here all classes come from the class path.
        .map(option -> option.replaceFirst("^(--enable-native-access)=.*", "$1=ALL-UNNAMED"))
        .forEach(words::add);
    words.add(mainClass);
    return words;
  }

  private static Path java(Properties properties) {
    return Path.of(properties.getProperty("java.home"), "bin", "java");
  }

  /** All that this process loads classes from; a module works on the class path too. */
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
                places.add(place.resolve("*").toString()); // of a module path: jars
              }
            });
    return String.join(File.pathSeparator, places);
  }

  private static boolean isOfNatives(String name) {
    return name.startsWith("org.bytedeco.") || name.equals("java.library.path");
  }

  // The program runs in another folder.
  private static String absolute(String name, Properties properties) {
    String value = properties.getProperty(name);
    return FOLDERS.contains(name) && !value.isBlank()
        ? Path.of(value).toAbsolutePath().toString()
        : value;
  }

  // A process that is ended by the system may leave a copy of its memory where it runs.
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
      // The system empties its folder of temporary files.
    }
  }
}
