package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The windows of documents. With N rows and T steps, each row reads one document after the other,
 * each from the start of a window, in as many windows as it needs; what is left of its last window
 * is padding (input 0, target {@link #NO_TARGET}). A row that has no document left is padding.
 *
 * <p>Documents of as many windows as each other change places at random in each epoch, and so does
 * the order of a row; both are functions of seed and epoch. The number of windows is the same in
 * each epoch: to keep it small, the longest documents are given to rows first, each to the row that
 * has the fewest windows.
 */
public final class DocumentBatches implements TrainingBatches {
  private final EncodedDocuments documents;
  private final int batchSize;
  private final int numSteps;
  private final EpochShuffle order;
  private final Optional<EpochShuffle> turns; // empty: a row reads in the order of the text
  private final int[][] places; // of each row: positions in byLength
  private final int size;
  private Plan plan;

  /** The documents of each row in one epoch, and the window at which each begins. */
  private record Plan(int epoch, int[][] documents, int[][] windows) {}

  /**
   * Documents in N rows (Python: {@code batch_size}) of T symbols (Python: {@code num_steps}).
   *
   * @throws InvalidDataException if there is no document or a size is out of range
   */
  public DocumentBatches(EncodedDocuments documents, int batchSize, int numSteps, long seed) {
    this(
        documents,
        batchSize,
        numSteps,
        EpochShuffle.shuffled(seed),
        Optional.of(EpochShuffle.shuffled(~seed))); // another order than that of the documents
  }

  private DocumentBatches(
      EncodedDocuments documents,
      int batchSize,
      int numSteps,
      EpochShuffle order,
      Optional<EpochShuffle> turns) {
    InvalidDataException.requirePositive("`batch_size`", batchSize);
    InvalidDataException.requirePositive("`num_steps`", numSteps);
    if (documents.size() == 0) {
      throw new InvalidDataException("there are no documents");
    }
    if ((long) batchSize * numSteps > Integer.MAX_VALUE - 8) {
      throw InvalidDataException.of(
          "a window of %s x %s is too large; lower `num_steps`", batchSize, numSteps);
    }
    this.documents = documents;
    this.batchSize = batchSize;
    this.numSteps = numSteps;
    this.order = order;
    this.turns = turns;
    List<List<Integer>> rows = new ArrayList<>();
    size = assign(rows);
    places =
        rows.stream()
            .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
  }

  private int windows(int document) {
    return (documents.predictions(document) - 1) / numSteps + 1;
  }

  // Documents by the number of their windows, the longest first, equal ones in the given order.
  private int[] byLength(int[] keys) {
    Integer[] all = new Integer[documents.size()];
    Arrays.setAll(all, document -> document);
    Arrays.sort(
        all,
        Comparator.<Integer>comparingInt(document -> -windows(document))
            .thenComparingInt(document -> keys[document]));
    return Arrays.stream(all).mapToInt(Integer::intValue).toArray();
  }

  // Returns the windows of the longest row.
  private int assign(List<List<Integer>> rows) {
    int[] lengths = new int[batchSize];
    PriorityQueue<Integer> shortest =
        new PriorityQueue<>(
            Comparator.<Integer>comparingInt(row -> lengths[row]).thenComparingInt(row -> row));
    for (int row = 0; row < batchSize; row++) {
      rows.add(new ArrayList<>());
      shortest.add(row);
    }
    int[] byLength = byLength(identity(documents.size()));
    for (int place = 0; place < byLength.length; place++) {
      int row = shortest.remove();
      rows.get(row).add(place);
      lengths[row] = Math.addExact(lengths[row], windows(byLength[place]));
      shortest.add(row);
    }
    return Arrays.stream(lengths).max().getAsInt();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Batch get(int epoch, int index) {
    Objects.checkIndex(index, size);
    Plan current = plan(epoch);
    int[] inputs = new int[batchSize * numSteps];
    int[] targets = new int[batchSize * numSteps];
    Arrays.fill(targets, NO_TARGET);
    boolean[] starts = new boolean[batchSize];
    for (int row = 0; row < batchSize; row++) {
      int found = Arrays.binarySearch(current.windows[row], index);
      starts[row] = found >= 0;
      int which = found >= 0 ? found : -found - 2; // the last that begins before
      if (which < 0) {
        continue; // a row without documents
      }
      int document = current.documents[row][which];
      int from = (index - current.windows[row][which]) * numSteps;
      int count = Math.min(numSteps, documents.predictions(document) - from);
      for (int step = 0; step < count; step++) {
        inputs[row * numSteps + step] = documents.input(document, from + step);
        targets[row * numSteps + step] = documents.target(document, from + step);
      }
    }
    return new Batch(inputs, targets, starts);
  }

  // All batches of an epoch follow from its plan.
  private synchronized Plan plan(int epoch) {
    if (plan == null || plan.epoch != epoch) {
      plan = newPlan(epoch);
    }
    return plan;
  }

  private Plan newPlan(int epoch) {
    int[] shuffled = byLength(order.of(epoch, documents.size()));
    int[] turn = turns.map(each -> each.of(epoch, documents.size())).orElse(shuffled);
    int[][] rows = new int[batchSize][];
    int[][] windows = new int[batchSize][];
    for (int row = 0; row < batchSize; row++) {
      rows[row] =
          Arrays.stream(places[row])
              .boxed()
              .sorted(Comparator.comparingInt(place -> turn[place]))
              .mapToInt(place -> shuffled[place])
              .toArray();
      windows[row] = new int[rows[row].length];
      for (int k = 1; k < rows[row].length; k++) {
        windows[row][k] = windows[row][k - 1] + windows(rows[row][k - 1]);
      }
    }
    return new Plan(epoch, rows, windows);
  }

  /**
   * {@return windows that score each document once, from a state of zeros} Each row reads its
   * documents in the order of the text, so one row reads them all in this order. Several rows share
   * them as in training, for the fewest windows.
   */
  public static EvaluationWindows inOrder(EncodedDocuments documents, int batchSize, int numSteps) {
    DocumentBatches batches =
        new DocumentBatches(
            documents, batchSize, numSteps, (epoch, size) -> identity(size), Optional.empty());
    return new EvaluationWindows() {
      @Override
      public int size() {
        return batches.size();
      }

      @Override
      public int rows() {
        return batchSize;
      }

      @Override
      public long predictions() {
        return documents.predictions();
      }

      @Override
      public Batch get(int index) {
        return batches.get(0, index);
      }
    };
  }

  private static int[] identity(int size) {
    int[] order = new int[size];
    Arrays.setAll(order, k -> k);
    return order;
  }
}
