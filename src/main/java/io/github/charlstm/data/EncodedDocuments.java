package io.github.charlstm.data;

/**
 * {@link Documents} as numbers of a vocabulary's symbols, immutable. A model reads a document of n
 * symbols as n + 1 predictions: from the mark its first symbol, from its last symbol the mark.
 */
public final class EncodedDocuments {
  private final EncodedText text;
  private final int[] begins;
  private final int[] ends;
  private final int mark;

  EncodedDocuments(EncodedText text, int[] begins, int[] ends, int mark) {
    this.text = text;
    this.begins = begins;
    this.ends = ends;
    this.mark = mark;
  }

  /** {@return the number of documents} */
  public int size() {
    return ends.length;
  }

  /** {@return the number of predictions of one document: its symbols and the mark after them} */
  public int predictions(int document) {
    return ends[document] - begins[document] + 1;
  }

  /** {@return the number of predictions of all documents} */
  public long predictions() {
    long sum = 0;
    for (int document = 0; document < size(); document++) {
      sum += predictions(document);
    }
    return sum;
  }

  /** {@return what a model reads before a prediction of a document, from 0} */
  int input(int document, int position) {
    return position == 0 ? mark : text.get(begins[document] + position - 1);
  }

  /** {@return what a prediction of a document, from 0, should be} */
  int target(int document, int position) {
    int at = begins[document] + position;
    return at == ends[document] ? mark : text.get(at);
  }
}
