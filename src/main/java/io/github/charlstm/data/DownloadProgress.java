package io.github.charlstm.data;

/** Is told how a download goes on, in the thread that downloads. */
@FunctionalInterface
public interface DownloadProgress {

  /**
   * Some bytes came in.
   *
   * @param done bytes so far, 0 in the first call
   * @param total bytes in all, -1 when the server does not say
   */
  void onBytes(long done, long total);
}
