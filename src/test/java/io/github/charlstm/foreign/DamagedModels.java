package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.cli.TestJvm;
import io.github.charlstm.data.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Damages fixtures and opens them one after the other, in a process of its own, so that the test
 * which starts it survives if TensorFlow ends the process.
 */
public final class DamagedModels {
  private static final List<String> FIXTURES =
      List.of(
          "saved_model_full_signature",
          "saved_model_unknown_sizes",
          "keras_explicit_state",
          "keras_stateful_reset",
          "meta_graph_unknown_sizes",
          "meta_graph_while");
  private static final int SYMBOLS = 6;

  /** How one file is damaged. */
  enum Damage {
    TRUNCATED,
    EMPTIED,
    FLIPPED,
    OVERWRITTEN,
    RENAMED,
    EXCHANGED,
    DOUBLED
  }

  private DamagedModels() {}

  /**
   * Arguments: a folder to work in, the numbers of the first and the last case, and {@code any} or
   * {@code graph}: the latter changes bits of the graph's file only, which has no checksum.
   */
  public static void main(String[] arguments) throws IOException {
    TestJvm.apply();
    Path folder = Path.of(arguments[0]);
    for (int k = Integer.parseInt(arguments[1]); k <= Integer.parseInt(arguments[2]); k++) {
      run(folder, k, arguments[3].equals("graph"));
    }
    System.out.println("done");
  }

  private static void run(Path folder, int number, boolean onlyGraph) throws IOException {
    Random random = new Random(number);
    Fixture whole = Fixture.of(FIXTURES.get(number % FIXTURES.size()));
    Path copy = folder.resolve("case" + number);
    TestData.copy(whole.folder(), copy);
    Fixture fixture = new Fixture(copy, whole.numbers());
    List<Path> files = files(copy);
    Path file = files.get(random.nextInt(files.size()));
    Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
    if (onlyGraph) {
      file = files.stream().filter(DamagedModels::isGraph).findFirst().orElseThrow();
      damage = Damage.FLIPPED;
    }
    damage(file, damage, files.get(random.nextInt(files.size())), random);
    String name = copy.relativize(file).toString();
    System.out.printf("case %s\t%s\t%s\t", number, damage, name);
    System.out.flush();
    System.out.println(outcome(fixture));
    System.out.flush();
    try (Stream<Path> left = Files.walk(copy)) {
      left.sorted(Comparator.reverseOrder()).forEach(DamagedModels::delete);
    }
  }

  private static String outcome(Fixture fixture) {
    try (ForeignModel model = fixture.open()) {
      int[] symbols = fixture.indices();
      float[][] expected = fixture.predictions();
      for (int k = 0; k < SYMBOLS; k++) {
        float[] found = model.predictNext(symbols[k]);
        for (int v = 0; v < found.length; v++) {
          if (Math.abs(found[v] - expected[k][v]) > 1e-5f) {
            return "wrong";
          }
        }
      }
      return "right";
    } catch (InteropException | CheckpointException e) {
      boolean named = e.getMessage().contains(fixture.folder().toString());
      boolean oneLine = e.getMessage().lines().count() == 1;
      return (named && oneLine ? "refused\t" : "unclear\t") + e.getMessage();
    } catch (RuntimeException | Error e) {
      return "foreign\t" + e;
    }
  }

  private static void damage(Path file, Damage damage, Path other, Random random)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case EMPTIED -> Files.write(file, new byte[0]);
      case FLIPPED -> {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
      }
      case OVERWRITTEN -> {
        int from = random.nextInt(bytes.length);
        for (int k = from; k < Math.min(bytes.length, from + 24); k++) {
          bytes[k] = (byte) random.nextInt(256);
        }
        Files.write(file, bytes);
      }
      case RENAMED -> Files.move(file, file.resolveSibling(file.getFileName() + ".old"));
      case EXCHANGED -> Files.write(file, Files.readAllBytes(other));
      case DOUBLED -> {
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        Files.write(file, twice);
      }
    }
  }

  private static boolean isGraph(Path file) {
    return file.toString().endsWith(".pb") || file.toString().endsWith(".meta");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith("saved_model.")
                    || name.contains("variables.")
                    || name.startsWith("model.ckpt");
              })
          .sorted()
          .toList();
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
