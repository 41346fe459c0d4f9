package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.InvalidDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {
  @TempDir Path root;

  private final Console console =
      new Console(
          System.out,
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          false);

  @Test
  void textsThatBelongToATextAreReadWhenTheyAreAskedFor() throws IOException {
    Files.writeString(root.resolve("train.txt"), "a b c");
    Files.writeString(root.resolve("valid.txt"), "a b d");
    Files.write(root.resolve("test.txt"), new byte[] {(byte) 0xFF}); // no text
    Flags flags = Flags.parse(new TrainCommand(), "--data", root.toString());
    TrainingData data = TrainingData.find(flags, "macbeth", Division.NONE, console);
    assertThat(data.characters().toString()).isEqualTo("a b c");
    assertThat(data.corpus().validation()).isEmpty();
    assertThat(data.identity().validation().isKnown()).isFalse();
    HeldOutText validation = data.validation();
    assertThat(validation.text().orElseThrow().toString()).isEqualTo("a b d");
    assertThatThrownBy(data::test)
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining("test.txt is not UTF-8 text");
    TrainingData both = data.withHeldOut(validation, HeldOutText.NONE);
    assertThat(both.corpus().validation()).isEqualTo(validation.text());
    assertThat(both.identity().validation()).isEqualTo(validation.reference());
    assertThat(both.validation()).isSameAs(validation);
    assertThat(both.test().reference().isKnown()).isFalse();
  }

  @Test
  void aDataSetIsKnownByItsNameAlone() {
    assertThat(TrainingData.dataSet("macbeth")).hasValue(DataSets.MACBETH);
    assertThat(TrainingData.dataSet(root.resolve("macbeth").toString())).isEmpty();
  }
}
