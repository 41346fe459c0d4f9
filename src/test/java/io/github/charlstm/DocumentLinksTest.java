package io.github.charlstm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between documents, and the documents that code, scripts and messages refer to. */
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern WEB = Pattern.compile("[a-z]+:.*");
  private static final Pattern NAMED = Pattern.compile("\\b(docs|scripts)/[\\w./-]*\\.md\\b");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final List<Path> FOLDERS =
      Stream.of("docs", "scripts", "graphs", "src", ".ci", ".github").map(Path::of).toList();

  /** The project's text files with one of these name endings. */
  private static List<Path> files(String... endings) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Path> top = List.of(Path.of(""), Path.of("checkpoints"));
    for (Path folder : Stream.concat(top.stream(), FOLDERS.stream()).toList()) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> found =
            Files.walk(folder, top.contains(folder) ? 1 : Integer.MAX_VALUE)) {
          found
              .filter(Files::isRegularFile)
              .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
              .forEach(files::add);
        }
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  @Test
  void linksLeadToFilesAndHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : files(".md")) {
      String text = Files.readString(document);
      for (String link : LINK.matcher(text).results().map(found -> found.group(1)).toList()) {
        if (!WEB.matcher(link).matches() && !exists(document, link)) {
          broken.add(document + ": " + link);
        }
      }
    }
    assertThat(broken).as("links to files or headings that do not exist").isEmpty();
  }

  private static boolean exists(Path document, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
    return Files.exists(target)
        && (parts.length == 1
            || !target.toString().endsWith(".md")
            || hasHeading(target, parts[1]));
  }

  // As GitHub makes anchors of headings.
  private static boolean hasHeading(Path document, String anchor) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .anyMatch(anchor::equals);
  }

  @Test
  void documentsNamedInCodeAndScriptsExist() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path file :
        files(".java", ".py", ".md", ".yml", ".xml", ".sh", "run", "charlstm", ".cmd")) {
      NAMED
          .matcher(Files.readString(file))
          .results()
          .map(found -> found.group())
          .filter(name -> !Files.exists(Path.of(name)))
          .forEach(name -> missing.add(file + ": " + name));
    }
    assertThat(missing).as("documents that are named but do not exist").isEmpty();
  }
}
