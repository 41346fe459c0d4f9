package io.github.charlstm.parity;

import io.github.charlstm.TensorFlowCase;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cases of TensorFlow's tests, which of our tests show them, and the page of both. */
final class TensorFlowSuites {
  static final Path LIST = Path.of("src", "test", "resources", "tensorflow-cases.txt");
  static final String OPEN = "open";

  /** A case; {@code reason} (may be null) says why it has no counterpart. */
  record Case(String suite, String name, String reason, String words) {
    String id() {
      return suite + "." + name;
    }
  }

  /** A test method of ours with the case that it is annotated with. */
  record Shown(String method, String id, String partly) {}

  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final Map<String, List<String>> files = new LinkedHashMap<>();
  private final List<Case> cases = new ArrayList<>();
  private final Map<String, List<Shown>> shown;

  TensorFlowSuites(List<String> lines, List<Shown> shown) {
    String suite = null;
    for (String line : lines) {
      if (line.startsWith("reason ")) {
        String[] parts = line.substring("reason ".length()).split(": ", 2);
        reasons.put(parts[0], parts[1]);
      } else if (line.startsWith("tensorflow/")) {
        suite = line.substring(line.lastIndexOf('/') + 1).replace(".py", "");
        files.computeIfAbsent(suite, name -> new ArrayList<>()).add(line);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        String[] parts = line.split(": ", 2);
        String[] why = parts.length == 1 ? new String[] {null} : parts[1].split("; ", 2);
        cases.add(new Case(suite, parts[0], why[0], why.length == 1 ? "" : why[1]));
      }
    }
    this.shown =
        shown.stream().collect(Collectors.groupingBy(Shown::id, TreeMap::new, Collectors.toList()));
  }

  static TensorFlowSuites read() throws IOException {
    return new TensorFlowSuites(Files.readAllLines(LIST), annotated());
  }

  /** The annotated methods of all compiled test classes, in the order of their names. */
  private static List<Shown> annotated() throws IOException {
    List<Shown> found = new ArrayList<>();
    for (Class<?> type : testClasses()) {
      for (Method method : type.getDeclaredMethods()) {
        for (TensorFlowCase one : method.getAnnotationsByType(TensorFlowCase.class)) {
          String name = type.getSimpleName() + "." + method.getName();
          found.add(new Shown(name, one.value(), one.partly()));
        }
      }
    }
    found.sort((a, b) -> a.method().compareTo(b.method()));
    return found;
  }

  private static List<Class<?>> testClasses() throws IOException {
    try {
      Path root =
          Path.of(
              TensorFlowSuites.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<Class<?>> types = new ArrayList<>();
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith("Test.class")).toList()) {
          String name = root.relativize(file).toString().replace(".class", "");
          types.add(
              Class.forName(
                  name.replace('/', '.').replace('\\', '.'),
                  false,
                  TensorFlowSuites.class.getClassLoader()));
        }
      }
      return types;
    } catch (URISyntaxException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  List<Case> cases() {
    return List.copyOf(cases);
  }

  /** What contradicts: cases without either or with both, unknown ones, unknown reasons. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    Map<String, Long> counts =
        cases.stream()
            .collect(Collectors.groupingBy(Case::id, TreeMap::new, Collectors.counting()));
    counts.forEach(
        (id, count) -> {
          if (count > 1) {
            faults.add(id + " is listed " + count + " times");
          }
        });
    for (Case one : cases) {
      if (one.reason() == null && !shown.containsKey(one.id())) {
        faults.add(one.id() + " has neither a test here nor a reason");
      }
      if (one.reason() != null && shown.containsKey(one.id())) {
        faults.add(
            one.id() + " has a test, " + shown.get(one.id()).get(0).method() + ", and a reason");
      }
      if (one.reason() != null && !reasons.containsKey(one.reason())) {
        faults.add(one.id() + ": no reason \"" + one.reason() + "\" is defined");
      }
    }
    shown.forEach(
        (id, tests) -> {
          if (!counts.containsKey(id)) {
            faults.add(tests.get(0).method() + ": no case " + id + " in " + LIST);
          }
        });
    return faults;
  }

  private boolean isPartly(Case one) {
    return shown.containsKey(one.id())
        && shown.get(one.id()).stream().noneMatch(test -> test.partly().isEmpty());
  }

  private boolean isShown(Case one) {
    return shown.containsKey(one.id()) && !isPartly(one);
  }

  private static boolean isOpen(Case one) {
    return OPEN.equals(one.reason());
  }

  /** docs/tensorflow-tests.md. */
  String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
# TensorFlow's tests

Written by `TensorFlowCasesTest`. The test cases of TensorFlow 1.13.1 for what this project builds, by the name of TensorFlow's
file, class and method, and the test here that shows the same: the same calls, with the values that TensorFlow expects.
Differences from Python's numbers, case by case, are in [parity.md](parity.md).

| suite | cases | shown | partly | without counterpart | open |
|---|---|---|---|---|---|
""");
    for (String suite : files.keySet()) {
      total(page, "`" + suite + "`", cases.stream().filter(in(suite)).toList());
    }
    total(page, "all", cases);
    page.append("\nWithout counterpart:\n\n");
    reasons.forEach(
        (reason, text) -> {
          long count = cases.stream().filter(one -> reason.equals(one.reason())).count();
          if (count > 0 && !reason.equals(OPEN)) {
            page.append("- %s (%s): %s\n".formatted(reason, count, text));
          }
        });
    files.forEach((suite, paths) -> suite(page, suite, paths));
    return page.toString();
  }

  private static Predicate<Case> in(String suite) {
    return one -> one.suite().equals(suite);
  }

  private void total(StringBuilder page, String name, List<Case> of) {
    long open = of.stream().filter(TensorFlowSuites::isOpen).count();
    page.append(
        "| %s | %s | %s | %s | %s | %s |\n"
            .formatted(
                name,
                of.size(),
                of.stream().filter(this::isShown).count(),
                of.stream().filter(this::isPartly).count(),
                of.stream().filter(one -> one.reason() != null).count() - open,
                open));
  }

  private void suite(StringBuilder page, String suite, List<String> paths) {
    page.append("\n## ").append(suite).append("\n\n");
    page.append(paths.stream().map("`%s`"::formatted).collect(Collectors.joining(", ")));
    page.append("\n\n| case | here |\n|---|---|\n");
    cases.stream()
        .filter(in(suite))
        .forEach(one -> page.append("| %s | %s |\n".formatted(one.name(), here(one))));
  }

  private String here(Case one) {
    if (one.reason() != null) {
      return one.words().isEmpty() ? one.reason() : one.reason() + ": " + one.words();
    }
    List<Shown> tests = shown.getOrDefault(one.id(), List.of());
    String methods =
        tests.stream()
            .map(test -> "`" + test.method() + "`")
            .distinct()
            .collect(Collectors.joining(", "));
    return isPartly(one)
        ? methods
            + "; partly: "
            + tests.stream().map(Shown::partly).distinct().collect(Collectors.joining("; "))
        : methods;
  }
}
