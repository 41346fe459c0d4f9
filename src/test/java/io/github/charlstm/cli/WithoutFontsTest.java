package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process whose Java finds no fonts, as on a machine that has none. */
@Tag("slow")
@Tag("machine")
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere Java asks no fontconfig for its fonts")
class WithoutFontsTest {
  @TempDir Path root;

  private Tool.Output run(String line) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ChildProcess.java(
                List.of(
                    "-Djava.awt.headless=true",
                    // Java caches the fonts that it finds in the home folder
                    "-Duser.home=" + Files.createDirectories(root.resolve("home")),
                    "-D" + JvmSettings.NATIVES + "=" + Loader.getCacheDir()),
                Main.class.getName(),
                line.replace("ROOT", root.toString()).split(" ")));
    Path noFonts = Files.writeString(root.resolve("fonts.conf"), "<fontconfig></fontconfig>");
    builder.environment().put("FONTCONFIG_FILE", noFonts.toString());
    ChildProcess.Ended ended = ChildProcess.run(builder);
    return new Tool.Output(ended.code(), String.join("\n", ended.out()), ended.err());
  }

  @Test
  void aRunEndsWithAnSvgItsSampleAndALineThatSaysWhatToInstall() throws Exception {
    Tool.Output output =
        run(
            "train --recipe demo --data macbeth --run ROOT/run --steps 2 --batch-size 4 --num-steps"
                + " 8 --lstm-size 12 --num-layers 1");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err().lines())
        .filteredOn(line -> line.contains("no PNG"))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .startsWith(
                        "pictures: loss (.svg) in " + root.resolve("run") + "; no PNG: Java")
                    .contains("apt-get install fontconfig fonts-dejavu-core"));
    assertThat(output.out().lines().skip(2).reduce("", String::concat)).hasSizeGreaterThan(400);
    assertThat(root.resolve("run/loss.svg")).content().contains("<title>Loss of run</title>");
    assertThat(root.resolve("run/loss.png")).doesNotExist();

    Tool.Output png = run("plot ROOT/run --out ROOT/a.png");
    assertThat(png.code()).isEqualTo(1);
    assertThat(png.err())
        .startsWith("charlstm: no PNG: Java cannot draw letters here")
        .doesNotContain("\tat ");
    assertThat(root.resolve("a.png")).doesNotExist();

    Tool.Output svg = run("plot ROOT/run --out ROOT/a.svg");
    assertThat(svg.code()).as(svg.err()).isZero();
    assertThat(root.resolve("a.svg")).content().contains("<title>Loss of run</title>");
  }
}
