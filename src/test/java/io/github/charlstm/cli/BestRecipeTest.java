package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipe best by the command line: what it chooses, says and leaves to flags. */
class BestRecipeTest {
  private static final String BEST = "train --recipe best --data ROOT/names.txt --run ROOT/run ";

  @TempDir Path root;

  @BeforeEach
  void writeNames() throws IOException {
    Files.writeString(root.resolve("names.txt"), "Emma\nOlga\nMina\nAnna\n".repeat(100));
  }

  private Tool.Output run(String line) {
    return Tool.run(Map.of("ROOT", root), line);
  }

  private String notes(String line) {
    Tool.Output output = run(line);
    assertThat(output.code()).as(output.err()).isZero();
    return output.err();
  }

  private TrainingSettings trained() {
    return TrainingCheckpoint.open(root.resolve("run")).settings().training();
  }

  @Test
  void aWindowHoldsADocument() {
    String notes = notes(BEST + "--documents lines --epochs 20 --steps 2");
    assertThat(notes).contains("read 20.0 times in steps of 18 x 5");
    assertThat(trained().numSteps()).isEqualTo(5);
  }

  @Test
  void flagsComeBeforeTheChoice() {
    String notes =
        notes(
            BEST
                + "--documents lines --epochs 20 --steps 2 --num-steps 4 --keep-prob 0.9"
                + " --lstm-size 7 --batch-size 3");
    assertThat(notes).contains("1 x LSTM 7", "steps of 3 x 4");
    assertThat(trained().numSteps()).isEqualTo(4);
    assertThat(trained().keepProb()).isEqualTo(0.9f);
  }

  @Test
  void theTimeDecidesTheSteps() {
    String notes = notes(BEST + "--minutes 0.0001 --steps 1");
    assertThat(notes).contains("steps of 1 x 100");
    assertThat(trained().numSteps()).isEqualTo(100);
  }

  @Test
  void aLargerBatchThanThePlansTakesFewerSteps() {
    String notes = notes(BEST + "--minutes 0.05 --batch-size 4 --steps 1 --json");
    assertThat(notes).contains("steps of 4 x 100");
    long steps = trained().steps();
    assertThat(steps * 4 * 100).isLessThanOrEqualTo(61 * 2_000L);
  }

  @Test
  void aRunThatIsDoneGoesOnWithMoreEpochs() {
    notes("train --data ROOT/names.txt --run ROOT/run --minutes 0.0001 --lstm-size 8");
    long done = TrainingCheckpoint.open(root.resolve("run")).progress().step();
    notes("train --resume --run ROOT/run --epochs 100 --steps " + (done + 1));
    assertThat(TrainingCheckpoint.open(root.resolve("run")).progress().step()).isEqualTo(done + 1);
  }

  @Test
  void aTextOfOnesOwnTakesThisRecipeAndAnyOtherByName() {
    assertThat(notes("train --data ROOT/names.txt --run ROOT/run --epochs 1 --steps 1"))
        .contains("recipe best: 2,000 characters");
    assertThat(notes("train --recipe demo --data ROOT/names.txt --run ROOT/demo --steps 1"))
        .contains("recipe demo: 2,000 characters");
  }

  @Test
  void aShortTextIsReadInShortWindows() throws IOException {
    Files.writeString(root.resolve("short.txt"), "a short text".repeat(25));
    String notes = notes("train --data ROOT/short.txt --run ROOT/run --epochs 2");
    assertThat(notes).contains("read 2.0 times in steps of 1 x 15");
  }

  @Test
  void minutesAreForThisRecipeAndWithoutEpochs() {
    for (String line :
        new String[] {BEST + "--minutes 1 --epochs 2", "train --recipe anna --minutes 1"}) {
      Tool.Output output = run(line);
      assertThat(output.code()).isEqualTo(2);
      assertThat(output.err()).contains("--minutes");
    }
  }
}
