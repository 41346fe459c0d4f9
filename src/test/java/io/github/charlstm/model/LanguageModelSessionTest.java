package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.cell.ReferenceLstm;
import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolModel.SavedState;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("slow")
class LanguageModelSessionTest {
  private static final int V = 5;
  private static final int L = 4;
  private static final CharLstm.Settings STACK =
      CharLstm.Settings.of(V).withLstmSize(L).withNumLayers(2);
  private static final TrainingOptions OPTIONS = new TrainingOptions(0.02f, 5f, 9);
  private static final int[] INPUTS = {0, 1, 2, 3, 4, 0};
  private static final int[] TARGETS = {1, 2, 0, 4, 0, 3};

  @TempDir Path folder;

  /** A SavedModel of a stack that has trained a few steps at N = 2, T = 3. */
  private Path trained() throws IOException {
    Path target = folder.resolve("model");
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS);
        LanguageModelSession sampling = LanguageModelSession.inference(STACK, 1, 1)) {
      session.initialize();
      for (int k = 0; k < 6; k++) {
        session.trainStep(new TrainingBatches.Batch(INPUTS, TARGETS), new KeepProbs(0.8f, 1));
      }
      session.write(
          new SavedModelWriter(List.of(session.metaGraph(), sampling.metaGraph())), target);
    }
    return target;
  }

  @Test
  void aSavedModelHasNoSamplingLoops() {
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 1, 1)) {
      session.initialize();
      var before = session.metaGraph().getGraphDef();
      int[] symbols =
          session.generate(1, new Greedy(), OptionalInt.empty(), new double[3]).symbols();
      assertThat(symbols).hasSize(3);
      assertThat(session.metaGraph().getGraphDef()).isEqualTo(before);
    }
  }

  @Test
  void savedStatesAreKeptWhileTheSessionAndItsReadersReadOn() throws IOException {
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 1, 1)) {
      session.restore(SavedModelWriter.variablesOf(trained()));
      try (NextSymbolModel reader = session.newReader()) {
        for (NextSymbolModel model : List.of(session, reader)) {
          model.predictNext(1);
          model.predictNext(2);
          SavedState two = model.saveState().orElseThrow();
          float[] afterThree = model.predictNext(3);
          SavedState three = model.saveState().orElseThrow();
          float[] afterFour = model.predictNext(4);
          model.resetState();
          two.restore();
          assertThat(model.predictNext(3)).isEqualTo(afterThree);
          two.close();
          two.close();
          three.restore();
          assertThat(model.predictNext(4)).isEqualTo(afterFour);
          three.restore();
          three.close();
          assertThat(model.predictNext(4)).isEqualTo(afterFour);
          assertThatThrownBy(two::restore)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("is closed");
        }
      }
    }
  }

  @Test
  void generatingNeedsOneSequenceAndUniformsBelowOne() {
    try (LanguageModelSession two = LanguageModelSession.inference(STACK, 2, 1);
        LanguageModelSession one = LanguageModelSession.inference(STACK, 1, 1)) {
      assertThat(two.generates(new Greedy())).isFalse();
      assertThatThrownBy(() -> two.generate(1, new Greedy(), OptionalInt.empty(), new double[1]))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("one sequence, found 2");
      one.initialize();
      assertThatThrownBy(() -> one.generate(1, new TopN(2), OptionalInt.empty(), new double[] {1}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 1.0 at index 0");
    }
  }

  @Test
  void rowsThatStartAreReadFromZerosAndTheOthersGoOn() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS)) {
      session.initialize();
      float[] fromZeros = session.losses(INPUTS, TARGETS);
      float[] goingOn = session.losses(INPUTS, TARGETS);
      session.resetState();
      session.losses(INPUTS, TARGETS);
      float[] mixed =
          session.losses(new TrainingBatches.Batch(INPUTS, TARGETS, new boolean[] {false, true}));
      assertThat(Arrays.copyOf(mixed, 3)).isEqualTo(Arrays.copyOf(goingOn, 3));
      assertThat(Arrays.copyOfRange(mixed, 3, 6))
          .isEqualTo(Arrays.copyOfRange(fromZeros, 3, 6))
          .isNotEqualTo(Arrays.copyOfRange(goingOn, 3, 6));
      // Training reads the same: with the state of the first window, its loss is the mean of both.
      session.resetState();
      session.losses(INPUTS, TARGETS);
      float loss =
          session
              .trainStep(
                  new TrainingBatches.Batch(INPUTS, TARGETS, new boolean[] {false, true}),
                  KeepProbs.ALL)
              .loss();
      assertThat((double) loss)
          .isCloseTo(
              IntStream.range(0, 6).mapToDouble(k -> mixed[k]).average().getAsDouble(),
              within(1e-6));
    }
  }

  @Test
  void paddingHasNoClassAndStartsAreOneForEachRow() {
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 2, 3)) {
      session.initialize();
      int[] padded = {1, 2, -1, 4, -1, -1};
      float[] whole = session.losses(INPUTS, TARGETS);
      session.resetState();
      float[] scored =
          session.losses(new TrainingBatches.Batch(INPUTS, padded, new boolean[] {true, true}));
      assertThat(scored).startsWith(whole[0], whole[1]);
      assertThat(scored[3]).isEqualTo(whole[3]);
      assertThatThrownBy(
              () -> session.losses(new TrainingBatches.Batch(INPUTS, TARGETS, new boolean[1])))
          .hasMessage("starts: expected one for each of the 2 rows, found 1");
    }
  }

  @Test
  void predictionsAgreeWithThePlainEquations() throws IOException {
    Path model = trained();
    CheckpointReader reader = CheckpointReader.open(SavedModelWriter.variablesOf(model));
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 1, 3)) {
      session.restore(SavedModelWriter.variablesOf(model));
      int[] text = {3, 1, 4};
      float[] found = session.predict(text);
      double[][] expected = predict(reader, text);
      for (int t = 0; t < text.length; t++) {
        for (int v = 0; v < V; v++) {
          assertThat((double) found[t * V + v]).isCloseTo(expected[t][v], within(1e-5));
        }
      }
    }
  }

  // One-hot input, two cells, softmax, in plain Java.
  private static double[][] predict(CheckpointReader reader, int[] text) {
    ReferenceLstm.State[] states = {zero(), zero()};
    double[][] rows = new double[text.length][];
    for (int t = 0; t < text.length; t++) {
      float[] x = new float[V];
      x[text[t]] = 1;
      for (int layer = 0; layer < 2; layer++) {
        String cell = "rnn/multi_rnn_cell/cell_" + layer + "/basic_lstm_cell/";
        float[][] kernel = matrix(reader.readFloats(cell + "kernel"), 4 * L);
        states[layer] =
            ReferenceLstm.step(
                new float[][] {x}, states[layer], kernel, reader.readFloats(cell + "bias"), 1);
        x = floats(states[layer].h()[0]);
      }
      rows[t] =
          softmax(
              x,
              matrix(reader.readFloats("softmax/Variable"), V),
              reader.readFloats("softmax/Variable_1"));
    }
    return rows;
  }

  private static double[] softmax(float[] row, float[][] weights, float[] biases) {
    double[] result = new double[V];
    double sum = 0;
    for (int v = 0; v < V; v++) {
      double logit = biases[v];
      for (int k = 0; k < L; k++) {
        logit += row[k] * weights[k][v];
      }
      result[v] = Math.exp(logit);
      sum += result[v];
    }
    for (int v = 0; v < V; v++) {
      result[v] /= sum;
    }
    return result;
  }

  private static ReferenceLstm.State zero() {
    return new ReferenceLstm.State(new double[1][L], new double[1][L]);
  }

  private static float[][] matrix(float[] values, int columns) {
    float[][] rows = new float[values.length / columns][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = Arrays.copyOfRange(values, r * columns, (r + 1) * columns);
    }
    return rows;
  }

  private static float[] floats(double[] values) {
    float[] copy = new float[values.length];
    for (int k = 0; k < copy.length; k++) {
      copy[k] = (float) values[k];
    }
    return copy;
  }

  @Test
  void oneCheckpointServesTheTrainingAndTheSamplingGraph() throws IOException {
    Path model = trained();
    try (LanguageModelSession whole = LanguageModelSession.inference(STACK, 1, 4);
        LanguageModelSession single = LanguageModelSession.inference(STACK, 1, 1)) {
      whole.restore(SavedModelWriter.variablesOf(model));
      single.restore(SavedModelWriter.variablesOf(model));
      int[] text = {2, 0, 4, 1};
      float[] atOnce = whole.predict(text);
      for (int t = 0; t < text.length; t++) {
        float[] row = single.predict(new int[] {text[t]});
        assertThat(row)
            .containsExactly(Arrays.copyOfRange(atOnce, t * V, (t + 1) * V), within(1e-6f));
      }
    }
  }

  @Test
  void theSavedModelsSignatureGivesTheSamePredictionsWithStateFedBack() throws IOException {
    Path model = trained();
    try (SavedModelBundle bundle =
            SavedModelBundle.load(model.toString(), LanguageModelSession.SERVING_TAG);
        LanguageModelSession session = LanguageModelSession.inference(STACK, 1, 1)) {
      session.restore(SavedModelWriter.variablesOf(model));
      Map<String, float[]> state = new LinkedHashMap<>();
      for (String name : List.of("c_0", "h_0", "c_1", "h_1")) {
        state.put(name, new float[L]);
      }
      for (int symbol : new int[] {1, 4, 2}) {
        float[] expected = session.predict(new int[] {symbol});
        assertThat(call(bundle, symbol, state)).containsExactly(expected, within(1e-6f));
      }
    }
  }

  private static float[] call(SavedModelBundle bundle, int symbol, Map<String, float[]> state) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("inputs", TInt32.tensorOf(Shape.of(1, 1), DataBuffers.ofInts(1).setInt(symbol, 0)));
    inputs.put("keep_prob", TFloat32.scalarOf(1f));
    state.forEach(
        (name, values) ->
            inputs.put(
                name, TFloat32.tensorOf(Shape.of(1, L), DataBuffers.of(values, true, true))));
    try (Result result = bundle.function(ModelSignatures.SERVING).call(inputs)) {
      state.replaceAll((name, before) -> floats(result.get(name).orElseThrow()));
      return floats(result.get("predictions").orElseThrow());
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  // With 250 MB of gradients, large enough for TensorFlow's memory pass if it is enabled.
  @Test
  void twoRunsWithOneSeedAgreeToTheLastBit() {
    List<LanguageModelSession.StepResult> first = threeSteps();
    assertThat(threeSteps()).isEqualTo(first);
  }

  private static List<LanguageModelSession.StepResult> threeSteps() {
    int batchSize = 8;
    int numSteps = 120;
    int[] inputs = new Random(1).ints(batchSize * numSteps, 0, V).toArray();
    int[] targets = new Random(2).ints(batchSize * numSteps, 0, V).toArray();
    CharLstm.Settings large = CharLstm.Settings.of(V).withLstmSize(256).withNumLayers(2);
    try (LanguageModelSession session =
        LanguageModelSession.training(large, batchSize, numSteps, OPTIONS)) {
      session.initialize();
      List<LanguageModelSession.StepResult> results = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        results.add(
            session.trainStep(new TrainingBatches.Batch(inputs, targets), new KeepProbs(0.6f, 1)));
      }
      return results;
    }
  }

  @Test
  void aFreshStateIsUsedAndThePreviousOneRestored() throws IOException {
    Path model = trained();
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 1, 1)) {
      session.restore(SavedModelWriter.variablesOf(model));
      float[] fromZero = session.predict(new int[] {2});
      float[] inner = session.withFreshState(() -> session.predict(new int[] {2}));
      assertThat(inner).isEqualTo(fromZero);
      float[] second = session.predict(new int[] {2});
      session.resetState();
      assertThat(session.predict(new int[] {2})).isEqualTo(fromZero);
      assertThat(session.predict(new int[] {2})).isEqualTo(second).isNotEqualTo(fromZero);
    }
  }

  @Test
  void aCheckpointOfOtherSizesIsRejectedWithBothShapes() throws IOException {
    Path variables = SavedModelWriter.variablesOf(trained());
    CharLstm.Settings wider = CharLstm.Settings.of(V).withLstmSize(L + 1).withNumLayers(2);
    try (LanguageModelSession session = LanguageModelSession.inference(wider, 1, 1)) {
      assertThatThrownBy(() -> session.restore(variables))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("softmax/Variable")
          .hasMessageContaining("[5, 5]")
          .hasMessageContaining("[4, 5]");
    }
  }

  @Test
  void windowsAndStatesOfAnotherSizeAreRejected() {
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 1, 2)) {
      assertThatThrownBy(() -> session.predict(new int[3])).hasMessageContaining("found 3");
      assertThatThrownBy(() -> session.setState(List.of(new float[L])))
          .hasMessageContaining("4 tensors, found 1");
      List<float[]> wrong = List.of(new float[L], new float[L], new float[L], new float[L + 1]);
      assertThatThrownBy(() -> session.setState(wrong)).hasMessageContaining("found 5");
    }
  }
}
