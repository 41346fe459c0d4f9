package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.report.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
}
