package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.data.TestData;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Tag("machine")
class ReportCommandTest {
  @TempDir static Path root;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(root.resolve("text.txt"), "the cat sat on the mat; ".repeat(20));
    Tool.Output output =
        tool(
            "train --recipe demo --data ROOT/text.txt --run ROOT/run --steps 4 --batch-size 2"
                + " --num-steps 5 --lstm-size 6 --num-layers 1 --save-every 2 --log-every 100");
    assertThat(output.code()).as(output.err()).isZero();
  }

  private static Tool.Output tool(String line) {
    return Tool.run(Map.of("ROOT", root), line);
  }

  private static void refused(String line, String... said) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1);
    assertThat(output.err()).contains(said).doesNotContain("Exception");
  }

  @Test
  void whatIsNoRunIsRefusedInOneLine() throws IOException {
    Files.createDirectories(root.resolve("empty"));
    refused("report ROOT/none", "none does not exist");
    refused("report ROOT/text.txt", "is not a folder");
    refused("report ROOT/empty", "no run's folder", "metrics.jsonl");
    refused("report ROOT/run/i2_l6", "one checkpoint", "run's folder");
    refused("report ROOT/run ROOT/run", "one run's folder, found 2");
    refused("report ROOT/run --length -1", "--length");
    refused("report ROOT/run --length 0 --out ROOT/no/page.html", "--out", "no such file");
    assertThat(root.resolve("empty/report.html")).doesNotExist();
  }

  @Test
  void theTextThatIsGoneOrChangedIsNamed() throws IOException {
    Path text = root.resolve("text.txt");
    String before = Files.readString(text);
    Files.writeString(text, before + "more");
    tool("report ROOT/run --length 0 --out ROOT/a.html");
    assertThat(Files.readString(root.resolve("a.html")))
        .contains("has changed since the run began");
    Files.delete(text);
    Tool.Output output = tool("report ROOT/run --length 0 --out ROOT/b.html");
    assertThat(output.code()).isZero();
    assertThat(output.err()).contains("note: the text: cannot read");
    assertThat(Files.readString(root.resolve("b.html"))).contains("Damaged or missing");
    Files.writeString(text, before);
    tool("report ROOT/run --length 0 --out ROOT/c.html");
    assertThat(Files.readString(root.resolve("c.html"))).doesNotContain("Damaged or missing");
  }

  @Test
  void theRunIsLeftAsItWas() throws IOException {
    List<Path> before = TestData.files(root.resolve("run"));
    assertThat(tool("report ROOT/run --out ROOT/page.html").code()).isZero();
    assertThat(TestData.files(root.resolve("run"))).isEqualTo(before);
  }

  @Test
  void whicheverFileIsDamagedOrMissingThereIsAPage() throws IOException {
    for (Path file : TestData.files(root.resolve("run"))) {
      for (int damage = 0; damage < 3; damage++) {
        Path run = copy(root.resolve("run"), root.resolve("copy"));
        damage(run.resolve(root.resolve("run").relativize(file)), damage);
        Tool.Output output = tool("report ROOT/copy --length 0 --out ROOT/damaged.html");
        assertThat(output.code()).as("%s, %d: %s", file, damage, output.err()).isZero();
        assertThat(output.err()).doesNotContain("Exception");
        // a last line that was cut off is no damage: the process may have died
        boolean isTorn = file.endsWith("metrics.jsonl") && damage == 0;
        if (!isAside(file) && !isTorn) {
          assertThat(output.err()).as("%s, %d", file, damage).contains("note: ");
        }
      }
    }
  }

  // files that a report does not look into
  private static boolean isAside(Path file) {
    return List.of(".lock", "loss.png", "loss.svg", "report.html", "checkpoint", "checksums.txt")
        .contains(file.getFileName().toString());
  }

  private static void damage(Path file, int kind) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (kind) {
      case 0 -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case 1 -> Files.write(file, new byte[] {(byte) 0xFF, 0, '<', '\n', (byte) 0xC3});
      default -> Files.delete(file);
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      Files.walkFileTree(to, new Deleter());
    }
    return TestData.copy(from, to);
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes any) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
