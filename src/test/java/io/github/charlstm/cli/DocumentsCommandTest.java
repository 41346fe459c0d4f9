package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents, several texts and texts that are held out, through the commands. */
@Tag("slow")
class DocumentsCommandTest {
  private static final String SMALL =
      "train --recipe demo --batch-size 3 --num-steps 5 --lstm-size 6 --num-layers 1 --keep-prob 1"
          + " --log-every 9 --save-every 9 --run ROOT/run ";

  @TempDir Path root;

  private String done(String line) {
    Tool.Output output = Tool.run(Map.of("ROOT", root), line);
    assertThat(output.code()).as(output.err()).isZero();
    return output.out();
  }

  private void refused(String line, String... said) {
    Tool.Output output = Tool.run(Map.of("ROOT", root), line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines().filter(one -> one.startsWith("charlstm: "))).hasSize(1);
    assertThat(output.err()).contains(said);
  }

  private void text(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  // Names of 1 to 12 letters.
  private static String names(int count) {
    return IntStream.range(0, count)
        .mapToObj(k -> "abcdefghijkl".substring(k * 5 % 12).repeat(1 + k % 3))
        .map(name -> name.substring(0, Math.min(12, name.length())))
        .collect(Collectors.joining("\n"));
  }

  private byte[] variables(String run, long step) throws IOException {
    Path folder = TrainingCheckpoint.open(root.resolve(run)).folder();
    assertThat(folder.getFileName()).hasToString("i" + step + "_l6");
    return Files.readAllBytes(folder.resolve("variables/variables.data-00000-of-00001"));
  }

  @Test
  void aRunOnNamesGoesOnExactlyAndIsScoredByParts() throws IOException {
    text("names.txt", names(40));
    String names = SMALL + "--data ROOT/names.txt --documents lines --validation 0.1 --test 0.2 ";
    done(names + "--epochs 2 --steps 13");
    done("train --resume --run ROOT/run --steps 25");
    done(names.replace("ROOT/run", "ROOT/whole") + "--epochs 2 --steps 25");
    assertThat(variables("run", 25)).isEqualTo(variables("whole", 25));
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(root.resolve("run"));
    assertThat(checkpoint.settings().training().documents()).isEqualTo(Division.LINES);
    assertThat(checkpoint.vocabulary().contains('\n')).isFalse();
    assertThat(checkpoint.vocabulary().size()).isEqualTo(13); // a to l and the mark
    int letters = names(40).replace("\n", "").length();
    int all = 0;
    for (String split : new String[] {"train", "validation", "test"}) {
      all += predictions(done("evaluate --checkpoint ROOT/run --json --split " + split));
    }
    assertThat(all).isEqualTo(letters + 40);
    String whole = done("evaluate --checkpoint ROOT/run --json");
    assertThat(predictions(whole)).isEqualTo(letters + 40);
    // However many are read side by side, each is read from zeros.
    assertThat(loss(done("evaluate --checkpoint ROOT/run --json --batch-size 1")))
        .isCloseTo(loss(whole), within(1e-6));
    refused(
        "train --resume --run ROOT/run --documents blocks",
        "--documents",
        "was lines and is now blocks");
    refused("train --resume --run ROOT/run --test 0.1", "--test", "0.2");
  }

  private static int predictions(String json) {
    return Integer.parseInt(json.replaceAll("(?s).*\"predictions\":(\\d+).*", "$1"));
  }

  private static double loss(String json) {
    return Double.parseDouble(json.replaceAll("(?s).*\"loss\":([0-9.]+).*", "$1"));
  }

  @Test
  void foldersAndFilesAreReadAsOneTextAndFoundAgain() throws IOException {
    text("dir/b.txt", "bbb bbb bbb bbb");
    text("dir/a/z.txt", "aaa aaa aaa aaa\n");
    text("dir/image.png", "\u0000\u0001");
    text("dir/.hidden", "hidden");
    text("c.txt", "ccc ccc");
    done(SMALL + "--data ROOT/dir --data ROOT/c.txt --steps 2");
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(root.resolve("run"));
    assertThat(checkpoint.settings().text().sources())
        .containsExactly(root.resolve("dir").toString(), root.resolve("c.txt").toString());
    assertThat(checkpoint.vocabulary().encode("abc \n")).hasSize(5);
    done("train --resume --run ROOT/run --steps 3");
    text("dir/d.txt", "more");
    refused("train --resume --run ROOT/run --steps 4", "dir and 1 more has changed since");
    refused("train --data macbeth --data ROOT/c.txt", "found the data set macbeth");
    Files.delete(root.resolve("dir/d.txt"));
    done("report ROOT/run");
  }

  @Test
  void standardInputIsReadOnceOnly() throws IOException {
    String[] line = (SMALL + "--data - --steps 2").replace("ROOT", root.toString()).split(" ");
    Tool.Output output = Tool.reading("abc abd abe ".repeat(9), line);
    assertThat(output.code()).as(output.err()).isZero();
    refused("train --resume --run ROOT/run --steps 3", "through a pipe (-)", "--data");
    text("same.txt", "abc abd abe ".repeat(9));
    done("train --resume --run ROOT/run --steps 3 --data ROOT/same.txt");
  }

  @Test
  void textsOfTheirOwnAreHeldOut() throws IOException {
    text("train.txt", "abc abd abe ".repeat(9));
    text("valid.txt", "abc abd abf ".repeat(5));
    text("other.txt", "abc abd abg ".repeat(4));
    String train = SMALL + "--data ROOT/train.txt --validation ROOT/valid.txt";
    done(train + " --test ROOT/other.txt --patience 3 --steps 10");
    assertThat(Files.readString(root.resolve("run/metrics.jsonl"))).contains("validation_loss");
    assertThat(predictions(done("evaluate --checkpoint ROOT/run --json --split test")))
        .isEqualTo(47);
    assertThat(predictions(done("evaluate --checkpoint ROOT/run --json --split validation")))
        .isEqualTo(59);
    done("train --resume --run ROOT/run --steps 11");
    text("valid.txt", "abc");
    refused("train --resume --run ROOT/run --steps 12", "valid.txt", "has changed since");
    refused(train + " --validation 0.1", "--validation is given twice");
    // A folder of three files is found without flags.
    text("three/ptb.train.txt", "a b c ".repeat(30));
    text("three/ptb.valid.txt", "a b d ".repeat(9));
    text("three/ptb.test.txt", "a b e ".repeat(8));
    done(SMALL.replace("ROOT/run", "ROOT/ptb") + "--data ROOT/three --steps 2");
    assertThat(predictions(done("evaluate --checkpoint ROOT/ptb --json --split test")))
        .isEqualTo(47);
  }

  @Test
  void partsThatAreNotThereCannotBeScored() throws IOException {
    text("a.txt", "abc ".repeat(9));
    done(SMALL + "--data ROOT/a.txt --steps 1");
    refused("evaluate --checkpoint ROOT/run --split test", "holds out nothing to test on");
    text("moved.txt", "abc ".repeat(9));
    done("evaluate --checkpoint ROOT/run --split train --data ROOT/moved.txt");
    text("other.txt", "cab ".repeat(9));
    refused(
        "evaluate --checkpoint ROOT/run --split train --data ROOT/other.txt",
        "the run needs the text that it began with");
    refused(
        SMALL.replace("demo", "shakespeare") + "--data ROOT/a.txt --documents lines",
        "--documents go with recipes that read every character");
  }
}
