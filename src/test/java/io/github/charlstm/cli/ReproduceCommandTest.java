package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.recipe.Experiment;
import io.github.charlstm.recipe.Experiment.Data;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of small models on small data, and the page of their results. */
@Tag("slow")
class ReproduceCommandTest {
  private static final String TEXT =
      "To be, or not to be: that is the question!\nWhether 'tis nobler in the mind to suffer "
          .repeat(200);

  private static final List<Experiment> SMALL =
      List.of(
          text("anna", Data.ANNA, 2),
          text("shakespeare", Data.SHAKESPEARE, 1),
          text("shakespeare-words", Data.SHAKESPEARE, 1),
          digits("mnist", 2, Map.of()),
          digits("mnist-unrolled", 1, Map.of("loop", "unrolled")),
          digits("mnist-both-ways", 1, Map.of("bidirectional", "true")));

  @TempDir Path root;
  private final List<List<String>> commands = new ArrayList<>();
  private String said = "";

  private static Experiment text(String recipe, Data data, int seeds) {
    return new Experiment(
        recipe,
        data,
        Map.of("recipe", recipe, "lstm_size", "6", "batch_size", "4", "num_steps", "5"),
        9,
        3,
        seeds);
  }

  private static Experiment digits(String name, int seeds, Map<String, String> more) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("lstm_size", "6");
    settings.put("batch_size", "8");
    settings.putAll(more);
    return new Experiment(name, Data.MNIST, settings, 5, 3, seeds);
  }

  private boolean quiet;
  private boolean json;

  @BeforeEach
  void writeData() throws IOException {
    Files.writeString(root.resolve("text.txt"), TEXT);
    TinyDigits.write(Files.createDirectory(root.resolve("mnist")), 30);
  }

  private void reproduce(String... more) throws IOException {
    ReproduceCommand command =
        new ReproduceCommand(
            SMALL,
            words -> {
              commands.add(words);
              Tool.Output output = Tool.run(words.toArray(String[]::new));
              assertThat(output.code()).as(output.err()).isZero();
            });
    String text = root.resolve("text.txt").toString();
    Stream<String> common =
        Stream.of(
            "--anna",
            text,
            "--shakespeare",
            text,
            "--mnist",
            root.resolve("mnist").toString(),
            "--holdout",
            "10",
            "--runs",
            root.resolve("runs").toString(),
            "--out",
            root.resolve("out").toString());
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(notes, true, StandardCharsets.UTF_8);
    command.run(
        Flags.parse(command, Stream.concat(common, Stream.of(more)).toArray(String[]::new)),
        new Console(stream, stream, false).with(quiet, json));
    said = notes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aQuickPageShowsEachRunAndTheFullOneGoesOnFromIt() throws IOException {
    reproduce("--quick");
    assertThat(commands).hasSize(SMALL.size()).noneMatch(words -> words.contains("--resume"));
    String quick = Files.readString(root.resolve("out/results.md"));
    assertThat(quick)
        .contains("reproduce --quick --holdout 10\n")
        .contains("3 of 9", "3 of 5", "have not reached", "Samples of anna after step 3")
        .contains("The text is another than the book's edition of 2011: SHA-256 ")
        .contains("Machine 1: ", "scripts/charlstm classify --lstm-size 6")
        .doesNotContain(root.toString());
    commands.clear();
    reproduce();
    assertThat(commands).hasSize(SMALL.size() + 2);
    assertThat(commands.subList(0, SMALL.size())).allMatch(words -> words.contains("--resume"));
    assertThat(Files.readString(root.resolve("out/results.md")))
        .doesNotContain("3 of 9")
        .contains("Samples of shakespeare-words after step 9");
    commands.clear();
    reproduce();
    assertThat(commands).isEmpty();
  }

  @Test
  void itsRunsAreQuietAndPrintJsonAsItDoes() throws IOException {
    quiet = true;
    json = true;
    reproduce("--quick", "--only", "anna");

    assertThat(commands)
        .singleElement()
        .satisfies(words -> assertThat(words).contains("--quiet", "--json"));
    assertThat(said.lines())
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("{\"event\":\"page\",\"page\":\""));
  }

  @Test
  void eachFigureIsThatOfTheRunsOwnMetrics() throws IOException {
    reproduce("--quick", "--only", "anna,mnist");
    Path metrics = root.resolve("runs/anna/metrics.jsonl");
    Files.writeString(
        metrics,
        """
        {"step":1,"epoch":1,"loss":4.0,"seconds":9.0}
        {"step":2,"epoch":1,"loss":3.0,"seconds":0.5}
        {"step":3,"epoch":1,"loss":2.0,"seconds":0.25}
        """);
    reproduce("--quick", "--only", "anna,mnist");
    assertThat(Files.readString(root.resolve("out/results.md")))
        .contains(
            "mean loss, last 3 steps | 1.7232 at steps 978 to 990 | – | 3.0000 | 3 of 9 | 0.500 |"
                + " 0.2 |");
  }

  @Test
  void thePageHasAllPicturesInItself() throws IOException {
    reproduce("--quick", "--only", "anna,mnist");
    String html = Files.readString(root.resolve("out/results.html"));
    assertThat(html).contains("<title>Results of the books&#39; recipes</title>", "<table>");
    assertThat(html.split("<img src=\"data:image/(png|svg\\+xml);base64,", -1)).hasSize(4);
    assertThat(html).doesNotContain("src=\"http", "href=", "<script");
    assertThat(Files.list(root.resolve("out")).map(file -> file.getFileName().toString()))
        .map(name -> name.replaceAll("\\.(png|svg)$", ""))
        .containsExactlyInAnyOrder(
            "anna", "mnist-depth", "mnist-rows", "results.html", "results.md");
  }

  @Test
  void aRunThatStopsEarlyLeavesNoPageAndSaysSo() throws IOException {
    ReproduceCommand stops = new ReproduceCommand(SMALL, words -> {});
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(notes, true, StandardCharsets.UTF_8);
    Path runs = root.resolve("runs");
    stops.run(Flags.parse(stops, "--runs", runs.toString()), new Console(stream, stream, false));
    assertThat(notes.toString(StandardCharsets.UTF_8))
        .contains("stopped in anna; the same command goes on from there");
  }

  @Test
  void theFirstSeedOfAllIsTrainedBeforeTheSecond() throws IOException {
    reproduce("--steps", "2", "--only", "anna,mnist,shakespeare");
    assertThat(commands)
        .map(words -> words.get(words.indexOf("--run") + 1))
        .map(run -> root.resolve("runs").relativize(Path.of(run)).toString())
        .containsExactly("anna", "shakespeare", "mnist", "anna-seed-2", "mnist-seed-2");
    assertThat(commands.get(3)).containsSequence("--seed", "20180502");
    assertThat(Files.readString(root.resolve("out/results.md")))
        .contains("2 seeds)", "| anna-seed-2 | 20180502 |", "--seed 20180502 --steps 2`");
  }

  @Test
  void pythonsRunsStandBesideOursSeedBySeed() throws IOException {
    reproduce("--steps", "2", "--only", "anna,shakespeare", "--python", fakePython(0));
    assertThat(Files.readString(root.resolve("out/results.md")))
        .contains(
            "reproduce --steps 2 --only anna,shakespeare --holdout 10 --python PYTHON",
            "| anna | 20180502 | – | 4.25000 |",
            "| anna | spread |  | 0.00000 |",
            "PYTHON scripts/python/book_recipes.py anna --",
            " --seed 20180502 --steps 2`")
        .doesNotContain("shakespeare-python");
    assertThat(root.resolve("arguments")).content().contains("--data " + root.resolve("text.txt"));
  }

  @Test
  void pythonHoldsOutTheSameImages() throws IOException {
    reproduce("--steps", "2", "--only", "mnist", "--seeds", "1", "--python", fakePython(0));
    assertThat(root.resolve("arguments"))
        .content()
        .contains("book_recipes.py mnist ", "--holdout 10");
    assertThat(Files.readString(root.resolve("out/results.md")))
        .containsPattern("PYTHON scripts/python/book_recipes.py mnist .*--holdout 10 --steps 2`");
  }

  @Test
  void pythonsErrorIsShown() throws IOException {
    String python = fakePython(7);
    assertThatThrownBy(() -> reproduce("--steps", "2", "--only", "anna", "--python", python))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended with exit code 7")
        .hasMessageContaining("training anna");
  }

  @Test
  void aPythonWithoutTensorFlowIsRefusedBeforeAnythingIsTrained() throws IOException {
    Path python = root.resolve("bare-python");
    script(python, "echo 'No module named tensorflow' >&2; exit 1");
    assertThatThrownBy(() -> reproduce("--python", python.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--python")
        .hasMessageContaining("No module named tensorflow")
        .hasMessageContaining("requirements.txt");
    assertThatThrownBy(() -> reproduce("--python", root.resolve("none").toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot run");
    assertThat(commands).isEmpty();
  }

  @Test
  void thePageOfUnfinishedRunsIsWrittenOnDemand() throws IOException {
    reproduce("--steps", "2", "--only", "anna", "--seeds", "1");
    commands.clear();
    Files.delete(root.resolve("out/results.html"));
    reproduce("--page-only");
    assertThat(commands).isEmpty();
    assertThat(Files.readString(root.resolve("out/results.html"))).contains("2 of 9");
  }

  @Test
  void aSeedThatIsNotDoneIsNotCountedBesideOneThatIs() throws IOException {
    reproduce("--only", "anna", "--seeds", "1");
    reproduce("--only", "anna", "--steps", "2");
    assertThat(commands).hasSize(2);
    assertThat(Files.readString(root.resolve("out/results.md"))).doesNotContain("2 seeds)");
  }

  /** Writes what {@code book_recipes.py} writes, and its arguments into a file. */
  private String fakePython(int code) throws IOException {
    Path python = root.resolve("python");
    script(
        python,
        """
[ "$1" = -c ] && exit 0
echo "$@" >> '%s'
echo "training $2"
while [ "$1" != --out ]; do shift; done
mkdir -p "$2"
printf '{"step":%%s,"epoch":1,"loss":4.25}\\n' 1 2 > "$2/metrics.jsonl"
exit %s
"""
            .formatted(root.resolve("arguments"), code));
    return python.toString();
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void anUnknownRunIsNamedBesideTheKnownOnes() {
    assertThatThrownBy(() -> reproduce("--only", "anna,bert"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'bert'")
        .hasMessageContaining("shakespeare-words");
    assertThat(commands).isEmpty();
    assertThat(said).isEmpty();
  }
}
