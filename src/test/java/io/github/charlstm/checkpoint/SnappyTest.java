package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams made by hand; the checkpoints v1-packed are those of Google's compressor. */
class SnappyTest {
  @Test
  void literalsAndCopiesOfEachKindAreUnpacked() {
    // length 20; literal "abcd"; one-byte copy of 7 from 4 back; two-byte copy of 3 from 11 back;
    // four-byte copy of 2 from 1 back; literal "wxyz" whose length has a byte of its own
    String packed = "14" + "0c61626364" + "0d04" + "0a0b00" + "0701000000" + "f0037778797a";
    assertThat(text(packed)).isEqualTo("abcdabcdabcabcc" + "c" + "wxyz");
    assertThat(text("00")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no length
        "ffffffffff", // a length without end
        "ffffff7f0061", // a length that such a stream cannot give
        "020061", // too short
        "010461", // a literal that is cut
        "01046162", // a literal longer than the length
        "0500610d04", // a copy from before the start
        "0500610d00", // a copy of itself
        "0300611101", // a copy longer than the length
        "0500610a" // a copy that is cut
      })
  void damagedStreamsAreRejected(String packed) {
    assertThatThrownBy(() -> text(packed))
        .isInstanceOfAny(BufferUnderflowException.class, IndexOutOfBoundsException.class);
  }

  private static String text(String packed) {
    byte[] plain = TableReader.Snappy.unpack(ByteBuffer.wrap(HexFormat.of().parseHex(packed)));
    return new String(plain, StandardCharsets.US_ASCII);
  }
}
