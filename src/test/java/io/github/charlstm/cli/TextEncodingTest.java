package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.OptimizerKind;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Texts that are not UTF-8, of odd sizes, and of many symbols, through the commands. */
@Tag("slow")
@Tag("machine")
class TextEncodingTest {
  private static final String SMALL =
      "--recipe demo --batch-size 2 --num-steps 5 --lstm-size 6 --num-layers 1 --keep-prob 1"
          + " --log-every 100";
  private static final String CHINESE =
      "\u5929\u5730\u7384\u9EC4\uFF0C\u5B87\u5B99\u6D2A\u8352\u3002\uD840\uDC00\uD83D\uDE00\r\n"
          .repeat(9);

  @TempDir Path root;

  private Tool.Output tool(String line) {
    return Tool.run(Map.of("ROOT", root), line);
  }

  private void done(String line) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isZero();
  }

  private void refused(String line, String... said) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1);
    assertThat(output.err()).contains(said).doesNotContain("Exception");
  }

  private void text(String name, byte[] bytes) throws IOException {
    Files.write(root.resolve(name), bytes);
  }

  @Test
  void aRunKeepsTheEncodingOfItsText() throws IOException {
    text("big5.txt", CHINESE.getBytes(Charset.forName("GB18030")));
    refused(
        "train " + SMALL + " --data ROOT/big5.txt --run ROOT/run", "byte offset 0", "--encoding");
    done("train " + SMALL + " --data ROOT/big5.txt --encoding GB18030 --run ROOT/run --steps 2");
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(root.resolve("run"));
    assertThat(checkpoint.vocabulary().size()).isEqualTo(13);
    assertThat(checkpoint.vocabulary().contains(0x20000)).isTrue();
    assertThat(checkpoint.settings().text().read().encoding().name()).isEqualTo("GB18030");
    done("train --resume --run ROOT/run --steps 3");
    done("evaluate --checkpoint ROOT/run");
    text("utf16.txt", ("\uFEFF" + CHINESE).getBytes(StandardCharsets.UTF_16LE));
    done("evaluate --checkpoint ROOT/run --data ROOT/utf16.txt --encoding UTF-16");
    refused("evaluate --checkpoint ROOT/run --data ROOT/utf16.txt --encoding UTF-8", "--encoding");
    done("train --resume --run ROOT/run --data ROOT/utf16.txt --encoding UTF-16LE --steps 4");
    assertThat(tool("sample --checkpoint ROOT/run --length 20 --seed 1 --top-n 0").code()).isZero();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aRunWhoseTextCameThroughAPipeAsksForIt() throws Exception {
    byte[] bytes = "we go by a log and sit on it".repeat(3).getBytes(StandardCharsets.UTF_8);
    Path pipe = root.resolve("pipe");
    ChildProcess.run(new ProcessBuilder("mkfifo", pipe.toString()));
    Thread writer = new Thread(() -> write(pipe, bytes));
    writer.start();
    done("train " + SMALL + " --data ROOT/pipe --run ROOT/run --steps 1");
    writer.join();
    refused("train --resume --run ROOT/run --steps 2", "through a pipe", pipe.toString(), "--data");
    text("text.txt", bytes);
    done("train --resume --run ROOT/run --steps 2 --data ROOT/text.txt");
  }

  private static void write(Path pipe, byte[] bytes) {
    try {
      Files.write(pipe, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void malformedBytesAreReplacedOnRequest() throws IOException {
    byte[] bytes = "we go by a log and sit on it".repeat(3).getBytes(StandardCharsets.UTF_8);
    bytes[7] = (byte) 0xE9;
    bytes[9] = 0;
    text("latin1.txt", bytes);
    refused("data show ROOT/latin1.txt", "NUL byte at byte offset 9");
    bytes[9] = ' ';
    text("latin1.txt", bytes);
    refused("data show ROOT/latin1.txt", "0xE9 at byte offset 7", "--on-malformed replace");
    assertThat(tool("data show ROOT/latin1.txt --on-malformed replace").out())
        .contains("characters  84");
    done(
        "train "
            + SMALL
            + " --data ROOT/latin1.txt --on-malformed replace --run ROOT/run --steps 1");
    done("train --resume --run ROOT/run --steps 2");
    assertThat(TrainingCheckpoint.open(root.resolve("run")).vocabulary().contains(0xFFFD)).isTrue();
  }

  @Test
  void encodingsThatAreNoneOrHaveNothingToReadAreRefused() throws IOException {
    text("text.txt", "a text".getBytes(StandardCharsets.UTF_8));
    refused("data show ROOT/text.txt --encoding utf-99", "--encoding", "'utf-99'");
    refused("data show ROOT/text.txt --encoding ;", "--encoding", "';'");
    refused("data show ROOT/text.txt --on-malformed ignore", "--on-malformed", "report, replace");
    refused("data show macbeth --encoding UTF-16", "data set");
    refused("data list --encoding UTF-16", "data show");
    refused("data show ROOT/text.txt --file x", "--file");
    refused("sample --encoding UTF-16", "--vocab");
    refused("import --from char-rnn-tensorflow x --to ROOT/y --encoding UTF-16", "--vocab");
  }

  @Test
  void aTextOfOneSymbolIsLearned() throws IOException {
    text("one.txt", "a".repeat(40).getBytes(StandardCharsets.UTF_8));
    done("train " + SMALL + " --data ROOT/one.txt --run ROOT/run --steps 2");
    done("evaluate --checkpoint ROOT/run");
    assertThat(tool("sample --checkpoint ROOT/run --length 5 --greedy").out().strip())
        .isEqualTo("aaaaaa");
  }

  @Test
  void aTextOfNoSymbolIsRefused() throws IOException {
    text("empty.txt", new byte[0]);
    text("mark.txt", "\uFEFF".getBytes(StandardCharsets.UTF_8));
    for (String name : new String[] {"empty.txt", "mark.txt"}) {
      refused("train " + SMALL + " --data ROOT/" + name + " --run ROOT/run", name + " is empty");
      refused("data show ROOT/" + name, name + " is empty");
    }
    text("dots.txt", ".,;".getBytes(StandardCharsets.UTF_8));
    refused("train --recipe shakespeare --data ROOT/dots.txt --run ROOT/run", "empty");
    refused(
        "train --recipe shakespeare-words --data ROOT/dots.txt --run ROOT/run", "without words");
  }

  @Test
  void aHundredThousandSymbolsAreLearnedInSmallBatches() throws IOException {
    int[] symbols = new int[100_000];
    Arrays.setAll(symbols, k -> 0x10000 + k);
    text("many.txt", new String(symbols, 0, symbols.length).getBytes(StandardCharsets.UTF_8));
    CharacterText text = TextFile.load(root.resolve("many.txt"), TextFormat.UTF_8);
    RunSettings.Text settings =
        new RunSettings.Text(
            "test",
            CharLstm.Settings.of(100_000).withLstmSize(6).withNumLayers(1),
            TextPreparation.CHARACTERS,
            TrainingSettings.builder()
                .batchSize(2)
                .numSteps(5)
                .epochs(1)
                .learningRate(0.01f)
                .gradClip(5f)
                .keepProb(1f)
                .saveEvery(100)
                .maxToKeep(5)
                .seed(1)
                .build(),
            TextReference.of("many.txt", false, text, TextFormat.UTF_8));
    Path folder = root.resolve("run");
    try (Trainer<TextTask> run = SmallRun.open(folder, settings, text, RnnImplementation.FUSED)) {
      run.run(OptionalLong.of(1), List.of(), () -> false);
    }
    assertThat(TrainingCheckpoint.open(folder).vocabulary().size()).isEqualTo(100_000);
    done("sample --checkpoint ROOT/run --length 3 --seed 1");
  }

  @Test
  void aStepThatNeedsTooMuchMemoryIsRefusedAtTheStart() {
    CharLstm.Settings chinese = CharLstm.Settings.of(100_000).withLstmSize(512).withNumLayers(2);
    assertThatThrownBy(() -> requireMemory(chinese, 100, 100, OptimizerKind.ADAM))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a step of 100 x 100 characters of a vocabulary of 100,000")
        .hasMessageContaining("at least 20.1 GB")
        .hasMessageContaining("has 8.0 GB; lower --batch-size");
    assertThatThrownBy(() -> requireMemory(chinese, 100, 100, OptimizerKind.SGD))
        .hasMessageContaining("at least 18.0 GB"); // without slots
    requireMemory(
        CharLstm.Settings.of(83).withLstmSize(512).withNumLayers(2), 100, 100, OptimizerKind.ADAM);
    requireMemory(chinese, 2, 5, OptimizerKind.ADAM);
  }

  private static void requireMemory(
      CharLstm.Settings model, int batchSize, int numSteps, OptimizerKind optimizer) {
    TrainingSettings training =
        TrainingSettings.builder()
            .batchSize(batchSize)
            .numSteps(numSteps)
            .epochs(1)
            .optimizer(optimizer)
            .build();
    TrainCommand.requireMemory(model, training, 8_000_000_000L);
  }
}
