package io.github.charlstm.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells after each piece how many bytes were read. */
final class CountingStream extends FilterInputStream {
  private final LongConsumer progress;
  private long count;

  CountingStream(InputStream input, LongConsumer progress) {
    super(input);
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    told(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = super.read(target, offset, length);
    told(Math.max(0, read));
    return read;
  }

  private void told(int more) {
    count += more;
    progress.accept(count);
  }
}
