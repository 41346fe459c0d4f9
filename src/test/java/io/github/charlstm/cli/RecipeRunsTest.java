package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.report.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each recipe as it is, but for its sizes. */
@Tag("slow")
@Tag("machine")
class RecipeRunsTest {
  private static final String TEXT =
      "To be, or not to be: that is the question!\nWhether 'tis nobler in the mind to suffer "
          .repeat(200);

  @TempDir Path folder;

  static Stream<String> recipes() {
    return Recipes.all().stream().map(Recipe::name);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void fiveStepsLeaveMetricsACheckpointAPictureAndASample(String recipe) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, TEXT);
    Path run = folder.resolve("run");
    Tool.Output output =
        Tool.run(
            Map.of("TEXT", text, "RUN", run),
            "train --data TEXT --run RUN --steps 5 --lstm-size 6 --batch-size 4 --num-steps 5"
                + " --recipe "
                + recipe);
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err()).contains("recipe " + recipe, "trained to step 5", "a sample");
    assertThat(MetricsFile.read(run.resolve("metrics.jsonl")).rows())
        .hasSize(5)
        .allMatch(row -> row.loss() > 0 && row.seconds().isPresent());
    assertThat(run.resolve("i5_l6/saved_model.pb")).isNotEmptyFile();
    assertThat(run.resolve("loss.svg")).content().contains("<title>Loss of run</title>");
  }

  /**
   * Ten digits, over and over, are learned without error unless a window's last target is wrong.
   */
  @Test
  void textOfOnesOwnIsTrainedOnItsNextCharacter() throws IOException {
    Path text = folder.resolve("digits.txt");
    Files.writeString(text, "0123456789".repeat(400));
    Path run = folder.resolve("run");
    Map<String, Path> places = Map.of("TEXT", text, "RUN", run);
    Tool.Output trained =
        Tool.run(
            places,
            "train --data TEXT --run RUN --num-steps 5 --batch-size 4 --lstm-size 32"
                + " --num-layers 1 --epochs 4");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err()).doesNotContain("last target");
    Tool.Output sample = Tool.run(places, "sample --checkpoint RUN --greedy --prime 0 --length 30");
    assertThat(sample.out()).isEqualToIgnoringNewLines("0123456789".repeat(3) + "0");
    Tool.Output scored =
        Tool.run(places, "evaluate --checkpoint RUN --data TEXT --batch-size 1 --json");
    assertThat(new ObjectMapper().readTree(scored.out()).required("loss").doubleValue())
        .isLessThan(0.05);
  }

  @ParameterizedTest
  @ValueSource(strings = {"anna", "shakespeare"})
  void booksRecipeKeepsTheBooksLastTargetSaysSoAndCanBeChanged(String recipe) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, TEXT);
    Map<String, Path> places = Map.of("TEXT", text, "RUN", folder.resolve("run"));
    String train =
        "train --data TEXT --run RUN --steps 2 --lstm-size 6 --batch-size 4 --num-steps 5 --recipe"
            + " ";
    assertThat(Tool.run(places, train + recipe).err())
        .contains("as the book does", "--last-target next-character");
    assertThat(Tool.run(places, "inspect --checkpoint RUN --json").out()).contains("FIRST_INPUT");
    Tool.Output resumed =
        Tool.run(places, "train --run RUN --resume --steps 4 --last-target next-character");
    assertThat(resumed.code()).isNotZero();
    assertThat(resumed.err()).contains("--last-target");
    places = Map.of("TEXT", text, "RUN", folder.resolve("other"));
    assertThat(Tool.run(places, train + recipe + " --last-target next-character").err())
        .doesNotContain("as the book does");
  }
}
