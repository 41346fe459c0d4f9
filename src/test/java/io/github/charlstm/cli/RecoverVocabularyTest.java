package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose characters have numbers in another order than that of any file. */
@Tag("slow")
class RecoverVocabularyTest {
  private static final int WORDS = 9000;

  @TempDir Path root;

  /** Sentences of words that follow each other at random, frequent ones first. */
  private static String text(String words, long seed) {
    List<String> all = List.of(words.split(" "));
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    boolean first = true;
    for (int k = 0; k < WORDS; k++) {
      String word = all.get((int) (all.size() * Math.pow(random.nextDouble(), 2)));
      text.append(first ? word.substring(0, 1).toUpperCase(Locale.ROOT) : word.charAt(0));
      text.append(word, 1, word.length());
      first = random.nextInt(8) == 0;
      text.append(first ? random.nextInt(4) == 0 ? "?\n" : ". " : " ");
    }
    return text.toString();
  }

  private static String english(long seed) {
    return text(
        "the and of to he was that in his it her with not had she at for on you be him as said but"
            + " all have by which this from so were they would what could there been out who when"
            + " one do my no if up quite just very exactly zeal vex job",
        seed);
  }

  /** The text with each character replaced by another of it: a vocabulary in another order. */
  private static String inCipher(String text, Map<Integer, Integer> cipher) {
    List<Integer> plain = new ArrayList<>(text.codePoints().distinct().sorted().boxed().toList());
    List<Integer> shuffled = new ArrayList<>(plain);
    Collections.shuffle(shuffled, new Random(4));
    for (int k = 0; k < plain.size(); k++) {
      cipher.put(plain.get(k), shuffled.get(k));
    }
    return text.codePoints()
        .map(cipher::get)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void theOrderIsFoundFromATextAndRefusedWithAnother() throws IOException {
    String text = english(1);
    Map<Integer, Integer> cipher = new HashMap<>();
    Files.writeString(root.resolve("cipher.txt"), inCipher(text, cipher));
    Files.writeString(root.resolve("plain.txt"), text);
    Files.writeString(
        root.resolve("other.txt"),
        text("zu ja ob wo um ab so da im am ist der die und nie qualm typ jux", 2));
    Tool.succeed(
        root,
        "train --recipe demo --data ROOT/cipher.txt --run ROOT/theirs --lstm-size 48 --num-layers 1"
            + " --keep-prob 1 --batch-size 32 --num-steps 25 --learning-rate 0.01 --steps 250"
            + " --quiet");
    Tool.succeed(root, "export --checkpoint ROOT/theirs --format tf1-checkpoint --to ROOT/save");

    String command = "import --from tf1-checkpoint ROOT/save --recover-vocabulary ROOT/";
    Tool.Output refused = Tool.run(Map.of("ROOT", root), command + "other.txt --to ROOT/none");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("other.txt: the order of the characters cannot be told", "nats per character");
    assertThat(root.resolve("none/checkpoint")).doesNotExist();

    Tool.Output done = Tool.succeed(root, command + "plain.txt --to ROOT/run");
    assertThat(done.out()).contains("the order of", "characters was recovered");
    Vocabulary theirs = TrainingCheckpoint.open(root.resolve("theirs")).vocabulary();
    Vocabulary found = TrainingCheckpoint.open(root.resolve("run")).vocabulary();
    cipher.forEach(
        (plain, replaced) -> {
          if (text.codePoints().filter(plain::equals).count() >= 20) {
            String symbol = Character.toString(plain);
            assertThat(found.encode(symbol))
                .as(symbol)
                .isEqualTo(theirs.encode(Character.toString(replaced)));
          }
        });
  }

  @Test
  void aTextTooShortIsNamed() throws IOException {
    Files.writeString(root.resolve("short.txt"), "to be or not to be");
    Tool.Output refused =
        Tool.run(
            Map.of("ROOT", root, "RES", Path.of("src", "test", "resources")),
            "import --from tf1-checkpoint RES/checkpoints/checkpoint_v2_kernel.tf-2.15.1"
                + " --recover-vocabulary ROOT/short.txt --to ROOT/run");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("short.txt", "at least 20000 characters; found 18");
  }
}
