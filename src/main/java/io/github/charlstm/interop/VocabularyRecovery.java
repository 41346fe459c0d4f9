package io.github.charlstm.interop;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Characters;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.ModelSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.Tensor;

/**
 * Finds which character each number of a model is, from a text like the one that it was trained on.
 * Python programs that number {@code set(text)} do so in an order that no file keeps: to the
 * reader, the model writes a substitution cipher, and it is its own language model.
 *
 * <ol>
 *   <li>The pairs of neighbours of a text that the model writes are matched with the text's ({@link
 *       BigramMatch}).
 *   <li>For windows around places of each character the likelihood of every number is computed, and
 *       the assignment problem solved ({@link LinearAssignment}), as long as the text becomes
 *       likelier; then swaps of pairs that are close to each other are tried.
 *   <li>That is repeated for the characters that are not sure, with more windows.
 * </ol>
 *
 * <p>A character's margin is how much less likely the windows are, in nats, in the likeliest order
 * where it has another number.
 */
final class VocabularyRecovery {
  /** The margin from which a character is sure: odds of 150 to 1. */
  static final double SURE = 5;

  /**
   * How much more than on its own text a model may lose on the text, in nats per character. In
   * trials it lost 0.1 less on the text that it was trained on, and 0.6 more on other English
   * texts, for which most characters were found, but not all.
   */
  static final double MOST_EXCESS = 0.3;

  // A model that has learned less than this from the order of characters cannot tell them apart.
  private static final double LEAST_LEARNED = 0.4;
  private static final double MOST_UNSURE = 0.01;
  private static final int LARGEST = 1000;
  private static final double CLOSE = 20;
  private static final int WINDOWS = 12;
  private static final int MORE_WINDOWS = 256;
  // of all characters that are not sure
  private static final int ALL_WINDOWS = 3000;
  private static final int ROUNDS = 6;
  private static final int MOST_SWAPS = 100;
  private static final double NEVER = -1e9;

  private final WindowScores model;
  private final OrderlessText text;
  private final int[] numbers;
  private final double[] margins;

  /**
   * The result.
   *
   * @param vocabulary numbers without a character are special tokens, {@code <spare7>}
   * @param loss on parts of the text that were held out, nats per character
   * @param ownLoss on text of its own
   * @param characters by frequency, with {@code margins}
   */
  record Recovered(
      Vocabulary vocabulary, double loss, double ownLoss, int[] characters, double[] margins) {

    /** A sentence for the user. */
    String note() {
      List<String> unsure = new ArrayList<>();
      for (int k = 0; k < characters.length; k++) {
        if (margins[k] < SURE) {
          unsure.add(Characters.describe(characters[k]));
        }
      }
      return String.format(
          Locale.ROOT,
          "the order of %s characters was recovered, of which %s are sure: on parts of the text"
              + " that were not used the model loses %.4f nats per character, on text of its own"
              + " %.4f, by chance %.4f%s",
          characters.length,
          characters.length - unsure.size(),
          loss,
          ownLoss,
          Math.log(vocabulary.size()),
          unsure.isEmpty() ? "" : "; not sure: " + String.join(", ", unsure));
    }
  }

  private VocabularyRecovery(WindowScores model, OrderlessText text, int[] numbers) {
    this.model = model;
    this.text = text;
    this.numbers = numbers;
    this.margins = new double[text.distinct()];
  }

  /**
   * Recovers the vocabulary of a model.
   *
   * @param variables the model's, by name
   * @throws InvalidDataException if the text is too short, or no order can be told, with the reason
   */
  static Recovered of(
      ModelSettings settings, Map<String, ? extends Tensor> variables, CharacterText source)
      throws IOException {
    if (settings.vocabularySize() > LARGEST) {
      throw InvalidDataException.of(
          "the vocabulary of a model of at most %s characters can be recovered; it has %s",
          LARGEST, settings.vocabularySize());
    }
    OrderlessText text = OrderlessText.of(source, settings.vocabularySize());
    try (WindowScores model = new WindowScores(settings, variables)) {
      Random random = new Random(1);
      WindowScores.OwnText own = model.ownText(random);
      int[] start = new BigramMatch(text.pairs(model.size()), own.joint()).solve(random);
      VocabularyRecovery recovery =
          new VocabularyRecovery(model, text, Arrays.copyOf(start, text.distinct()));
      recovery.improve(random);
      return recovery.checked(own.entropy());
    }
  }

  private void improve(Random random) {
    boolean[] open = new boolean[numbers.length];
    Arrays.fill(open, true);
    new Round(open, WINDOWS, random).improve();
    int close = 0;
    for (int a = 0; a < open.length; a++) {
      open[a] = margins[a] < CLOSE;
      close += open[a] ? 1 : 0;
    }
    if (close > 0) {
      int windows = Math.max(WINDOWS, Math.min(MORE_WINDOWS, ALL_WINDOWS / close));
      new Round(open, windows, random).improve();
    }
  }

  /** Improves the numbers of some characters by windows around their places. */
  private final class Round {
    private final boolean[] open;
    private final boolean[] candidates;
    private final List<Integer> places;
    private double[] scores;

    Round(boolean[] open, int windows, Random random) {
      this.open = open;
      candidates = new boolean[model.size()];
      Arrays.fill(candidates, true);
      for (int a = 0; a < open.length; a++) {
        candidates[numbers[a]] = open[a];
      }
      places = text.places(open, windows, random);
      scores = model.scores(text, places, numbers);
    }

    void improve() {
      for (int round = 1; ; round++) {
        double[][] gains = gains();
        int[] proposed = LinearAssignment.greatest(gains);
        setMargins(gains, proposed);
        boolean better = false;
        for (List<Integer> cycle : cycles(proposed)) {
          better |= round < ROUNDS && change(cycle, proposed) < 0;
        }
        if (!better && !swapped(gains, round < ROUNDS)) {
          return;
        }
      }
    }

    /** The characters whose numbers change, in groups that change independently. */
    private List<List<Integer>> cycles(int[] proposed) {
      int[] holder = holders();
      int[] taker = new int[model.size()];
      Arrays.fill(taker, -1);
      for (int a = 0; a < proposed.length; a++) {
        taker[proposed[a]] = a;
      }
      boolean[] seen = new boolean[proposed.length];
      List<List<Integer>> cycles = new ArrayList<>();
      for (int start = 0; start < proposed.length; start++) {
        List<Integer> cycle = new ArrayList<>();
        for (int a = start; a >= 0 && !seen[a]; a = holder[proposed[a]]) {
          seen[a] = true;
          cycle.add(a);
        }
        // one that ends at a free number may begin before the start
        for (int a = taker[numbers[start]]; a >= 0 && !seen[a]; a = taker[numbers[a]]) {
          seen[a] = true;
          cycle.add(a);
        }
        if (cycle.size() > 1 || !cycle.isEmpty() && proposed[start] != numbers[start]) {
          cycles.add(cycle);
        }
      }
      return cycles;
    }

    private double[][] gains() {
      double[][] gains = new double[numbers.length][model.size()];
      model.addGains(text, places, numbers, candidates, gains);
      for (int a = 0; a < numbers.length; a++) {
        for (int j = 0; j < model.size(); j++) {
          if (!open[a]) {
            gains[a][j] = j == numbers[a] ? 0 : NEVER;
          } else if (!candidates[j]) {
            gains[a][j] = NEVER;
          }
        }
      }
      return gains;
    }

    /**
     * Sets the margin of each open character: the least loss of likelihood if it has another
     * number, whatever the others then have. That is the shortest cycle through it in the graph
     * where an edge from a to b is what a loses with the number of b.
     */
    private void setMargins(double[][] gains, int[] proposed) {
      int[] free =
          IntStream.range(0, model.size()).filter(j -> candidates[j] && !isTaken(j)).toArray();
      int count = numbers.length;
      double[][] loss = new double[count + 1][count + 1]; // the last is any free number
      for (int a = 0; a < count; a++) {
        for (int b = 0; b < count; b++) {
          loss[a][b] = gains[a][numbers[a]] - gains[a][numbers[b]];
        }
        loss[a][a] = Double.MAX_VALUE;
        loss[a][count] = Double.MAX_VALUE;
        for (int j : free) {
          loss[a][count] = Math.min(loss[a][count], gains[a][numbers[a]] - gains[a][j]);
        }
      }
      loss[count][count] = Double.MAX_VALUE;
      for (int k = 0; k <= count; k++) {
        for (int a = 0; a <= count; a++) {
          for (int b = 0; b <= count && loss[a][k] < Double.MAX_VALUE; b++) {
            loss[a][b] = Math.min(loss[a][b], loss[a][k] + loss[k][b]);
          }
        }
      }
      for (int a = 0; a < count; a++) {
        if (open[a]) {
          // where the windows disagree with what single changes promise, nothing is sure
          margins[a] = proposed[a] == numbers[a] ? Math.max(0, loss[a][a]) : 0;
        }
      }
    }

    /** Tries swaps of close ones, and makes each that helps if it may; whether there was any. */
    private boolean swapped(double[][] gains, boolean mayChange) {
      int[] holder = holders();
      List<Swap> close = new ArrayList<>();
      for (int a = 0; a < numbers.length; a++) {
        for (int j = 0; open[a] && j < model.size(); j++) {
          if (candidates[j] && j != numbers[a]) {
            int b = holder[j];
            double margin = gains[a][numbers[a]] - gains[a][j];
            margin += b < 0 ? 0 : gains[b][j] - gains[b][numbers[a]];
            if (margin < CLOSE && (b < 0 || a < b)) {
              close.add(new Swap(a, b, j, margin));
            }
          }
        }
      }
      close.sort(Comparator.comparingDouble(Swap::margin));
      boolean any = false;
      for (Swap swap : close.subList(0, Math.min(MOST_SWAPS, close.size()))) {
        boolean untouched =
            swap.b() >= 0 ? numbers[swap.b()] == swap.number() : !isTaken(swap.number());
        if (untouched) {
          int[] other = numbers.clone();
          other[swap.a()] = swap.number();
          List<Integer> changed = new ArrayList<>(List.of(swap.a()));
          if (swap.b() >= 0) {
            other[swap.b()] = numbers[swap.a()];
            changed.add(swap.b());
          }
          double margin = mayChange ? change(changed, other) : swap.margin();
          any |= mayChange && margin < 0;
          changed.forEach(a -> margins[a] = Math.max(0, Math.min(margins[a], margin)));
        }
      }
      return any;
    }

    private int[] holders() {
      int[] holder = new int[model.size()];
      Arrays.fill(holder, -1);
      for (int a = 0; a < numbers.length; a++) {
        holder[numbers[a]] = a;
      }
      return holder;
    }

    /**
     * Gives characters other numbers if the windows become likelier; {@return how much less likely
     * they are or would be}
     */
    private double change(List<Integer> characters, int[] other) {
      int[] changed = numbers.clone();
      characters.forEach(a -> changed[a] = other[a]);
      boolean[] wanted = new boolean[numbers.length];
      characters.forEach(a -> wanted[a] = true);
      int[] affected =
          IntStream.range(0, places.size()).filter(k -> holds(places.get(k), wanted)).toArray();
      List<Integer> some = IntStream.of(affected).mapToObj(places::get).toList();
      double[] found = model.scores(text, some, changed);
      double before = IntStream.of(affected).mapToDouble(k -> scores[k]).sum();
      double loss = before - Arrays.stream(found).sum();
      if (loss < 0) {
        System.arraycopy(changed, 0, numbers, 0, changed.length);
        for (int k = 0; k < affected.length; k++) {
          scores[affected[k]] = found[k];
        }
      }
      return loss;
    }

    private boolean isTaken(int number) {
      return Arrays.stream(numbers).anyMatch(taken -> taken == number);
    }

    private boolean holds(int place, boolean[] wanted) {
      return IntStream.rangeClosed(place - WindowScores.BEFORE, place + WindowScores.STEPS)
          .anyMatch(k -> wanted[text.symbols()[k]]);
    }
  }

  /** Character a takes the number of b, and b that of a; b is -1 if nothing has the number. */
  private record Swap(int a, int b, int number, double margin) {}

  private Recovered checked(double ownLoss) {
    double loss = model.heldOutLoss(text, numbers);
    double unsure =
        IntStream.range(0, numbers.length)
                .filter(a -> margins[a] < SURE)
                .mapToLong(a -> text.counts()[a])
                .sum()
            / (double) text.symbols().length;
    double frequencies = text.entropyOfFrequencies();
    if (loss > ownLoss + MOST_EXCESS) {
      throw refused(
          "with the likeliest order the model loses %.2f nats per character of the text, but %.2f"
              + " on text of its own; give the text that it was trained on, or more like it",
          loss, ownLoss);
    }
    if (loss > frequencies - LEAST_LEARNED) {
      throw refused(
          "the model has not learned enough: it loses %.2f nats per character, and the frequencies"
              + " of the characters alone give %.2f",
          loss, frequencies);
    }
    if (unsure > MOST_UNSURE) {
      throw refused(
          "characters that make up %.1f%% of the text are not sure: %s",
          100 * unsure,
          IntStream.range(0, numbers.length)
              .filter(a -> margins[a] < SURE)
              .limit(10)
              .mapToObj(a -> Characters.describe(text.characters()[a]))
              .collect(Collectors.joining(", ")));
    }
    return new Recovered(vocabulary(), loss, ownLoss, text.characters(), margins);
  }

  private static InvalidDataException refused(String format, Object... arguments) {
    return new InvalidDataException(
        "the order of the characters cannot be told: "
            + String.format(Locale.ROOT, format, arguments));
  }

  private Vocabulary vocabulary() {
    String[] symbols = new String[model.size()];
    for (int a = 0; a < numbers.length; a++) {
      symbols[numbers[a]] = Character.toString(text.characters()[a]);
    }
    for (int j = 0; j < symbols.length; j++) {
      symbols[j] = symbols[j] == null ? "<spare" + j + ">" : symbols[j];
    }
    return Vocabulary.ofSymbols(Arrays.asList(symbols));
  }
}
