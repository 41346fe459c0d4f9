package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.report.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run's JSON files with each byte changed, taken out, and put in, one at a time. */
class DamagedDescriptionsTest {

  // Besides one bit of each byte changed: damages of 4 kinds, of which a short run takes turns.
  private static final int DAMAGES = Integer.getInteger("charlstm.fuzz.damages", 1);

  @TempDir static Path root;
  private static Path run;
  private Path extra;
  private TrainingCheckpoint whole;

  @BeforeEach
  void train() throws IOException {
    if (run == null) {
      run = root.resolve("run");
      SmallRun.begin(run, 4);
    }
    whole = TrainingCheckpoint.open(run);
    extra = whole.folder().resolve("assets.extra");
  }

  private interface Reader {
    Object read() throws IOException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"settings.json", "progress.json", "vocabulary.json"})
  void noByteOfACheckpointsDescriptionChangesUnnoticed(String name) throws IOException {
    assertEveryDamageIsNoticed(
        extra.resolve(name), () -> TrainingCheckpoint.open(whole.folder()), whole);
  }

  private static void assertEveryDamageIsNoticed(Path file, Reader reader, Object whole)
      throws IOException {
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(7);
    try {
      for (int at = 0; at < good.length; at++) {
        for (int k = 0; k < DAMAGES; k++) {
          check(file, damaged(good, at, at + k, random), reader, whole);
        }
        check(file, damaged(good, at, 3, random), reader, whole);
      }
    } finally {
      Files.write(file, good);
    }
  }

  private static byte[] damaged(byte[] good, int at, int kind, Random random) {
    return switch (kind % 4) {
      case 0 -> without(good, at);
      case 1 -> with(good, at, (byte) random.nextInt(256));
      case 2 -> Arrays.copyOf(good, at);
      default -> {
        byte[] changed = good.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
    };
  }

  // Either an error in one line that names a file, or the very same value.
  private static void check(Path file, byte[] bytes, Reader reader, Object whole)
      throws IOException {
    Files.write(file, bytes);
    Object read;
    try {
      read = reader.read();
    } catch (CheckpointException | InvalidDataException refused) {
      assertThat(refused.getMessage()).contains(file.getFileName().toString());
      assertThat(refused.getMessage()).doesNotContain("\n").doesNotContain("Exception");
      return;
    } catch (RuntimeException other) {
      throw new AssertionError("an error of another kind for " + new String(bytes), other);
    }
    if (!read.equals(whole)) {
      fail("read as another value: " + new String(bytes));
    }
  }

  private static byte[] without(byte[] bytes, int at) {
    byte[] less = Arrays.copyOf(bytes, bytes.length - 1);
    System.arraycopy(bytes, at + 1, less, at, less.length - at);
    return less;
  }

  private static byte[] with(byte[] bytes, int at, byte added) {
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
    System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
    more[at] = added;
    return more;
  }

  @Test
  void theVocabularyOfAnotherRunIsRejected() throws IOException {
    Path file = extra.resolve("vocabulary.json");
    byte[] good = Files.readAllBytes(file);
    try {
      String shifted =
          SmallRun.TEXT
              .codePoints()
              .map(c -> c == ' ' ? c : c + 1)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      Vocabulary.of(shifted).writeJson(file);
      assertThatThrownBy(() -> TrainingCheckpoint.open(run))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("vocabulary.json was changed after it was written");
    } finally {
      Files.write(file, good);
    }
  }

  @Test
  void metricsWithAChangedByteAreReadOrRefusedInOneLine() throws IOException {
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(8);
    try {
      for (int at = 0; at < good.length; at++) {
        byte[] changed = good.clone();
        changed[at] ^= (byte) (1 + random.nextInt(255));
        Files.write(file, changed);
        checkMetrics(file);
        Files.write(file, without(good, at));
        checkMetrics(file);
      }
    } finally {
      Files.write(file, good);
    }
  }

  private static void checkMetrics(Path file) throws IOException {
    try {
      assertThat(MetricsFile.read(file).rows()).isNotEmpty();
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).contains(file.toString()).doesNotContain("\n");
    }
    byte[] bytes = Files.readAllBytes(file);
    try (MetricsWriter writer = new MetricsWriter(run, 4)) {
      assertThat(writer).isNotNull();
    } catch (InvalidRunException refused) {
      assertThat(refused.getMessage()).contains("damaged in line");
      assertThat(file).hasBinaryContent(bytes);
    }
  }
}
