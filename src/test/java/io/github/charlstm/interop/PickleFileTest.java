package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.InvalidDataException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class PickleFileTest {
  @TempDir Path folder;

  // Latin-1: a char is a byte.
  private Path file(String pickle) throws IOException {
    return Files.write(folder.resolve("some.pkl"), pickle.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Object read(String pickle) throws IOException {
    return PickleFile.read(file(pickle)).value();
  }

  @Test
  void plainValuesOfProtocolZeroAreRead() throws IOException {
    assertThat(read("(lp0\nI1\naI01\naI00\naL7L\naF0.5\naNaS'it\\'s\\n'\naV\\u20ac\na."))
        .isEqualTo(Arrays.asList(1, true, false, 7L, 0.5, null, "it's\n", "\u20ac"));
  }

  @Test
  void plainValuesOfProtocolFourAreRead() throws IOException {
    String pickle =
        "\u0080\u0004\u0095\u0026\u0000\u0000\u0000\u0000\u0000\u0000\u0000"
            + "}(\u008c\u0001aK\u0001\u008c\u0001bG?\u00e0\u0000\u0000\u0000\u0000\u0000\u0000"
            + "\u008c\u0001c\u0088\u008c\u0001dNu.";
    Map<String, Object> expected = new HashMap<>(Map.of("a", 1, "b", 0.5, "c", true));
    expected.put("d", null);
    assertThat(read(pickle)).isEqualTo(expected);
  }

  @Test
  void theLastOfTwoEqualKeysIsUsedAsInPython() throws IOException {
    assertThat(read("}(S'a'\nI1\nS'a'\nI2\nu.")).isEqualTo(Map.of("a", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ccopy_reg\n_reconstructor\n(cargparse\nNamespace\nc__builtin__\nobject\nNtR"
            + "(dS'model'\nS'gru'\nsb.",
        "ccopyreg\n_reconstructor\n(cargparse\nNamespace\ncbuiltins\nobject\nNtR"
            + "(dS'model'\nS'gru'\nsb.",
        "\u0080\u0002cargparse\nNamespace\n)\u0081}U\u0005modelU\u0003grusb.",
        "\u0080\u0004\u008c\u0008argparse\u008c\u0009Namespace\u0093)\u0081}"
            + "\u008c\u0005model\u008c\u0003grusb."
      })
  void aNamespaceOfEveryProtocolIsRead(String pickle) throws IOException {
    assertThat(read(pickle)).isEqualTo(new PickleFile.Namespace(Map.of("model", "gru")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cos\\nsystem\\n(S'touch pwned'\\ntR.|os.system",
        "(dVrnn_size\\n"
            + "p8\\n"
            + "cnumpy.core.multiarray\\n"
            + "scalar\\n"
            + "p9\\n"
            + "(cnumpy\\n"
            + "dtype\\n"
            + ".|has for 'rnn_size' a value of NumPy (numpy.core.multiarray.scalar): convert every"
            + " such value with int() or float()",
        "\\x80\\x04}(\\x8c\\x01a\\x8c\\x01b\\x8c\\x01r\\x94\\x8c\\x16numpy._core.multiarray\\x94"
            + "\\x8c\\x06scalar\\x94\\x93\\x94.|has for 'r' a value of NumPy"
            + " (numpy._core.multiarray.scalar)",
        "cnumpy.core.multiarray\\n_reconstruct\\n.|has a value of NumPy"
            + " (numpy.core.multiarray._reconstruct): convert",
        "cnumpyro\\nx\\n.|asks for numpyro.x",
        "c__builtin__\\neval\\n(S'1'\\ntR.|__builtin__.eval",
        "cbuiltins\\nexec\\n(S'1'\\ntR.|builtins.exec",
        "\\x80\\x04\\x8c\\x08builtins\\x8c\\x04eval\\x93\\x8c\\x011\\x85R.|builtins.eval",
        "(S'touch pwned'\\nios\\nsystem\\n.|os.system",
        "(cos\\nsystem\\nS'touch pwned'\\no.|os.system",
        "ceasydict\\nEasyDict\\n)\\x81.|easydict.EasyDict",
        // the library would construct these
        "cdatetime\\ndate\\n(I2020\\nI1\\nI1\\ntR.|datetime.date",
        "cdecimal\\nDecimal\\n(S'1'\\ntR.|decimal.Decimal",
        "coperator\\nattrgetter\\n(S'x'\\ntR.|operator.attrgetter",
        "c__builtin__\\nset\\n((lI1\\natR.|__builtin__.set",
        "cjava.lang\\nRuntime\\n.|java.lang.Runtime",
        "c__builtin__\\nKeyboardInterrupt\\n)R.|__builtin__.KeyboardInterrupt",
        "ccopy_reg\\n_reconstructor\\n(c__builtin__\\nobject\\nc__builtin__\\nobject\\nNtR.|no"
            + " argparse.Namespace",
        "cargparse\\nNamespace\\n(I1\\ntR.|no argparse.Namespace",
        "c__builtin__\\nobject\\n)R.|no argparse.Namespace",
        "}}b.|sets the state",
        "Pfoo\\n.|opcode 0x50",
        "I1\\nQ.|opcode 0x51",
        "\\x82\\x01.|opcode 0x82",
        "\\x8f.|opcode 0x8f",
        "\\x97.|opcode 0x97",
        "}(lI1\\ns.|keys are neither",
        "}NI1\\ns.|keys are neither",
      })
  void anyOtherClassOrFunctionIsRejectedByName(String pickle, String said) throws IOException {
    Path file = file(unescape(pickle));
    assertThatThrownBy(() -> PickleFile.read(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(file + " is rejected")
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n");
    assertThat(Path.of("pwned")).doesNotExist();
  }

  private static String unescape(String pickle) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < pickle.length(); k++) {
      if (pickle.startsWith("\\n", k)) {
        text.append('\n');
        k++;
      } else if (pickle.startsWith("\\x", k)) {
        text.append((char) Integer.parseInt(pickle.substring(k + 2, k + 4), 16));
        k += 3;
      } else {
        text.append(pickle.charAt(k));
      }
    }
    return text.toString();
  }

  @Test
  void aNameCannotWriteToTheTerminal() throws IOException {
    Path file = file("c\u001b[2J\u0007\n" + "x".repeat(500) + "\n.");
    assertThatThrownBy(() -> PickleFile.read(file))
        .message()
        .hasSizeLessThan(400)
        .doesNotContain("\u001b", "\u0007");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T\u00ff\u00ff\u00ff\u007f",
        "T\u00ff\u00ff\u00ff\u00ff",
        "X\u0000\u0000\u0000\u0070ab.",
        "B\u00ff\u00ff\u00ff\u007f",
        "\u008b\u00ff\u00ff\u00ff\u007f",
        "\u008d\u00ff\u00ff\u00ff\u007f\u0000\u0000\u0000\u0000",
        "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "",
        ".",
        "I1\n",
        "(",
        "t.",
        "e.",
        "u.",
        "R.",
        "b.",
        "\u0081.",
        "\u0093.",
        "h\u0007.",
        "I1\nI2\n\u0093.",
        "S'a\n.",
        "Sa\n.",
        "Ix\n.",
        "\u0080\u0063.",
        "(I1\nd.",
        "]I1\nI2\ns.",
        "\u00fe",
        "plain text",
        "{\"json\": 1}",
        "U",
        "\u008a",
        "V\\u12\n."
      })
  void aDamagedPickleIsAnErrorAndTakesNoMemory(String pickle) throws IOException {
    Path file = file(pickle);
    assertThatThrownBy(() -> PickleFile.read(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void everyTruncationOfARealPickleIsAnError() throws IOException {
    for (String name :
        List.of("lstm_3_kernel", "gru_2_kernel", "lstm_2_weights", "lstm_1_linear")) {
      for (String part : List.of("config.pkl", "chars_vocab.pkl")) {
        byte[] whole = Files.readAllBytes(PythonFixture.saveFolder(name).resolve(part));
        Path file = folder.resolve("cut.pkl");
        for (int length = 0; length < whole.length; length++) {
          Files.write(file, Arrays.copyOf(whole, length));
          assertThatThrownBy(() -> PickleFile.read(file))
              .isExactlyInstanceOf(InvalidDataException.class);
        }
      }
    }
  }

  @Test
  void flippedBitsGiveAValueOrAnErrorNamingTheFile() throws IOException {
    Random random = new Random(4);
    Path file = folder.resolve("flipped.pkl");
    for (String name :
        List.of("lstm_3_kernel", "gru_2_kernel", "lstm_2_weights", "lstm_1_linear")) {
      byte[] whole = Files.readAllBytes(PythonFixture.saveFolder(name).resolve("config.pkl"));
      for (int k = 0; k < 300; k++) {
        byte[] flipped = whole.clone();
        flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);
        try {
          PickleFile.read(file);
        } catch (InvalidDataException e) {
          assertThat(e).hasMessageStartingWith(file.toString());
        }
      }
    }
  }

  @Test
  void deepAndSelfReferencingPicklesNeitherOverflowNorHang() throws IOException {
    Path deep = file("(".repeat(1_000_000) + "l".repeat(1_000_000) + ".");
    Path keyed = folder.resolve("keyed.pkl");
    Path circle = folder.resolve("circle.pkl");
    // a list that contains itself, as a key
    Files.writeString(circle, "}(lp0\ng0\naI1\ns.");
    // each list contains the one before twice: hashing the last would take 2^60 steps
    StringBuilder doubled = new StringBuilder("((lp0\n");
    for (int k = 1; k < 60; k++) {
      doubled.append("(g%s\ng%s\nlp%s\n".formatted(k - 1, k - 1, k));
    }
    Files.writeString(keyed, doubled + "t}g59\nI1\ns.");
    Object value = PickleFile.read(deep).value();
    assertThat(PickleFile.describe(value)).isEqualTo("a list");
    assertThatThrownBy(() -> PickleFile.read(circle)).hasMessageContaining("keys");
    assertThatThrownBy(() -> PickleFile.read(keyed)).hasMessageContaining("keys");
  }

  @Test
  void manySmallAppendsDoNotCopyTheListEachTime() throws IOException {
    Path appends = file("]" + "(Ne".repeat(100_000) + ".");
    // allocated bytes, unlike time, are the same on any machine
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat((List<?>) PickleFile.read(appends).value()).hasSize(100_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("20 GB with copies").isLessThan(1L << 30);
  }

  @Test
  void longNumbersAreRejectedUnread() throws IOException {
    Path digits = folder.resolve("digits.pkl");
    Files.writeString(digits, "L" + "7".repeat(4_000_000) + "L\n.");
    assertThatThrownBy(() -> PickleFile.read(digits)).hasMessageContaining("400 digits");
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    assertThatThrownBy(() -> PickleFile.read(folder.resolve("missing.pkl")))
        .hasMessageContaining("missing.pkl")
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> PickleFile.read(folder)).hasMessageContaining("is a folder");
    Path large = folder.resolve("large.pkl");
    Files.write(large, new byte[PickleFile.MAXIMUM_BYTES + 1]);
    assertThatThrownBy(() -> PickleFile.read(large)).hasMessageContaining("too large");
  }

  @Test
  void bytesBeyondAsciiInPython2StringsAreNoticed() throws IOException {
    assertThat(PickleFile.read(file("S'\\xc3\\xa9'\n.")).nonAsciiBytes()).isTrue();
    assertThat(PickleFile.read(file("U\u0002\u00c3\u00a9.")).nonAsciiBytes()).isTrue();
    assertThat(PickleFile.read(file("V\u00e9\n.")).nonAsciiBytes()).isFalse();
    assertThat(PickleFile.read(file("S'e'\n.")).nonAsciiBytes()).isFalse();
  }
}
