package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir Path root;

  private final List<Path> skipped = new ArrayList<>();

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }

  private List<String> in(String name) {
    Path folder = root.resolve(name);
    return TextFiles.in(List.of(folder), TextFormat.UTF_8, skipped::add).stream()
        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
        .toList();
  }

  @Test
  void textFilesOfAFolderComeByPathWithoutHiddenAndEmptyOnes() throws IOException {
    file("texts/b.txt", "b");
    file("texts/a/c.txt", "c");
    file("texts/a/empty.txt", "");
    file("texts/image.png", "\0");
    file("texts/.hidden", "h");
    file("texts/.git/config", "h");
    assertThat(in("texts")).containsExactly("a/c.txt", "b.txt");
    assertThat(skipped).containsExactly(root.resolve("texts/image.png"));
  }

  @Test
  void linksToFoldersAndFilesAreFollowed() throws IOException {
    file("far/a.txt", "a");
    file("far/more/b.txt", "b");
    file("one.txt", "1");
    file("texts/c.txt", "c");
    link("texts/far", "../far");
    link("texts/one.txt", "../one.txt");
    link("link", "texts");
    assertThat(in("link"))
        .containsExactly("c.txt", "far/a.txt", "far/more/b.txt", "one.txt")
        .isEqualTo(in("texts"));
  }

  @Test
  void linksToNothingAndToFoldersAroundThemBringNoFiles() throws IOException {
    file("texts/a/b.txt", "b");
    link("texts/a/loop", "..");
    link("texts/nothing", "nowhere");
    link("texts/.hidden", ".");
    assertThat(in("texts")).containsExactly("a/b.txt");
  }

  @Test
  void aFolderWithoutTextFilesIsRejected() throws IOException {
    file(".texts/.hidden", "h");
    assertThatThrownBy(() -> in(".texts"))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("the folder " + root.resolve(".texts") + " has no text files");
    file(".texts/a.txt", "a");
    assertThat(in(".texts")).containsExactly("a.txt");
  }

  // No permissions are needed for it, which do not bind every user: a path may have 4,095 bytes.
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderInsideThatCannotBeReadIsNamed() throws IOException {
    file("texts/a.txt", "a");
    Path name = Path.of("x".repeat(200));
    Path deep = root.resolve("texts");
    Path more = root.resolve("more");
    Path most = more;
    for (int k = 0; k < 11; k++) {
      deep = deep.resolve(name);
      most = most.resolve(name);
    }
    Files.createDirectories(deep);
    Files.createDirectories(most);
    Path inside = deep.resolve("more");
    Files.move(more, inside);
    try {
      assertThatThrownBy(() -> in("texts"))
          .isExactlyInstanceOf(InvalidDataException.class)
          .hasMessageStartingWith("cannot read " + inside);
    } finally {
      Files.move(inside, more); // where it can be deleted
    }
  }
}
