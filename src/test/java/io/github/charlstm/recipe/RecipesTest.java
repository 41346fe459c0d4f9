package io.github.charlstm.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.DataSets;
import io.github.charlstm.model.ShakespeareLstm;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecipesTest {

  @Test
  void annaHasTheBooksHyperParameters() {
    for (Recipe recipe : List.of(Recipes.ANNA, Recipes.ANNA_AS_PRINTED)) {
      assertThat(recipe.model().apply(83).units()).isEqualTo(512);
      assertThat(recipe.training().batchSize()).isEqualTo(100);
      assertThat(recipe.training().numSteps()).isEqualTo(100);
      assertThat(recipe.training().epochs()).isEqualTo(5);
      assertThat(recipe.training().learningRate()).isEqualTo(0.001f);
      assertThat(recipe.training().gradClip()).isEqualTo(5f);
      assertThat(recipe.training().keepProb()).isEqualTo(0.5f);
      assertThat(recipe.training().saveEvery()).isEqualTo(100);
      assertThat(recipe.training().maxToKeep()).isEqualTo(100);
    }
    assertThat(Recipes.ANNA.model().apply(83).numLayers()).isEqualTo(2);
    assertThat(Recipes.ANNA_AS_PRINTED.model().apply(83).numLayers()).isEqualTo(1);
  }

  @Test
  void annaHasTheBooksLosses() {
    ReferenceLosses book = Recipes.ANNA.book().orElseThrow();
    assertThat(book.firstStep()).isEqualTo(978);
    assertThat(book.lastStep()).isEqualTo(990);
    assertThat(book.lowest()).isEqualTo(1.7075);
    assertThat(book.highest()).isEqualTo(1.7428);
  }

  @Test
  void shakespeareHasTheCookbooksHyperParameters() {
    for (Recipe recipe :
        List.of(Recipes.SHAKESPEARE, Recipes.SHAKESPEARE_SHARED, Recipes.SHAKESPEARE_WORDS)) {
      assertThat(recipe.model().apply(40).units()).isEqualTo(128);
      assertThat(recipe.training().batchSize()).isEqualTo(100);
      assertThat(recipe.training().numSteps()).isEqualTo(50);
      assertThat(recipe.training().epochs()).isEqualTo(10);
      assertThat(recipe.training().gradClip()).isEqualTo(4.5f);
      assertThat(recipe.training().saveEvery()).isEqualTo(500);
      assertThat(recipe.progress().logEvery()).isEqualTo(10);
      assertThat(recipe.progress().sampleEvery()).isEqualTo(50);
      assertThat(recipe.progress().primes()).hasSize(3);
    }
    assertThat(Recipes.SHAKESPEARE.training().learningRate()).isEqualTo(0.0005f);
    assertThat(Recipes.SHAKESPEARE.model().apply(40).numLayers()).isEqualTo(3);
    assertThat(Recipes.SHAKESPEARE_SHARED.model().apply(40))
        .isEqualTo(
            ShakespeareLstm.Settings.of(40).withRnnSize(128).withNumLayers(3).withSharedCell(true));
    assertThat(Recipes.SHAKESPEARE_WORDS.model().apply(40).numLayers()).isEqualTo(1);
  }

  @Test
  void everyRecipesTextIsADataSet() {
    assertThat(Recipes.all())
        .allSatisfy(recipe -> assertThat(DataSets.named(recipe.dataSet())).isNotNull());
    assertThat(DataSets.named(Recipes.DEMO.dataSet()).isEmbedded()).isTrue();
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> Recipes.named("tolstoy"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'tolstoy'")
        .hasMessageContaining("demo, best, anna, anna-as-printed");
  }

  @Test
  void onlyAnnaHasAPrintedVariant() {
    assertThat(Recipes.asPrinted(Recipes.ANNA)).isSameAs(Recipes.ANNA_AS_PRINTED);
    assertThat(Recipes.asPrinted(Recipes.ANNA_AS_PRINTED)).isSameAs(Recipes.ANNA_AS_PRINTED);
    assertThatThrownBy(() -> Recipes.asPrinted(Recipes.DEMO)).hasMessageContaining("demo");
  }
}
