package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.RunSettings;
import java.util.List;

/** The texts that samples begin with where the user names none. */
final class Primes {
  private static final List<String> BOOK = Recipes.ANNA.progress().primes();

  private Primes() {}

  /** The first of the recipe's primes that the vocabulary knows, or else its first symbol. */
  static String first(RunSettings.Text settings, Vocabulary vocabulary) {
    List<String> primes =
        Recipes.find(settings.recipe()).map(Recipe::progress).map(p -> p.primes()).orElse(BOOK);
    return first(primes, vocabulary);
  }

  /** The first of the book's primes that the vocabulary knows, or else its first symbol. */
  static String first(Vocabulary vocabulary) {
    return first(BOOK, vocabulary);
  }

  private static String first(List<String> primes, Vocabulary vocabulary) {
    int firstKnown = vocabulary.unknown().isPresent() ? 1 : 0;
    return primes.stream()
        .filter(prime -> vocabulary.knows(prime))
        .findFirst()
        .orElseGet(() -> vocabulary.symbol(Math.min(firstKnown, vocabulary.size() - 1)));
  }
}
