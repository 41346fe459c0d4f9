package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.checkpoint.Saver;
import io.github.charlstm.data.CharacterBatches;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.TrainingBatches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Trains {@link SmallAnna} from Python's checkpoint as anna_small.py does, step for step. */
final class TrainingTrajectory {
  private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");

  private final JsonNode golden;
  private final JsonNode run;

  /**
   * Largest differences of a run from Python's.
   *
   * @param losses of all steps
   * @param globalNorms of all steps, before clipping
   * @param state after the last step
   * @param variables after the last step, slots and powers included, as a share of the largest
   *     number of each or of 1
   */
  record Gap(double losses, double globalNorms, double state, double variables) {}

  TrainingTrajectory(JsonNode golden, JsonNode run) {
    this.golden = golden;
    this.run = run;
  }

  Gap follow(boolean dynamic) throws IOException {
    try (GraphRunner runner = new GraphRunner()) {
      SmallAnna model = new SmallAnna(runner.tf(), golden, run, dynamic);
      Map<String, Operand<?>> references = model.variables.references();
      Saver.create(runner.tf(), references, 1)
          .restore(runner.session(), GOLDENS.resolve(golden.get("initial_checkpoint").asText()));
      Gap steps = train(runner.session(), model);
      double variables = 0;
      List<String> names = new ArrayList<>();
      run.get("final_variables").fieldNames().forEachRemaining(names::add);
      if (!references.keySet().equals(new LinkedHashSet<>(names))) {
        throw new AssertionError("Python has " + names + ", Java " + references.keySet());
      }
      for (String name : names) {
        GoldenTensor expected = GoldenTensor.of(run.get("final_variables").get(name));
        variables = Math.max(variables, expected.difference(fetch(runner, references.get(name))));
      }
      return new Gap(steps.losses(), steps.globalNorms(), steps.state(), variables);
    }
  }

  private static float[] fetch(GraphRunner runner, Operand<?> variable) {
    try (Result result = runner.session().runner().fetch(variable).run()) {
      Tensor tensor = result.get(0);
      if (tensor instanceof TInt64 whole) {
        return new float[] {whole.getLong()};
      }
      return flat(tensor);
    }
  }

  private static float[] flat(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  private CharacterBatches batches() throws IOException {
    String text = Files.readString(GOLDENS.resolve(golden.get("text").asText()));
    int[] encoded = text.chars().map(golden.get("vocabulary").asText()::indexOf).toArray();
    return new CharacterBatches(
        EncodedText.of(encoded),
        golden.get("batch_size").asInt(),
        golden.get("num_steps").asInt(),
        LastTarget.FIRST_INPUT);
  }

  private Gap train(Session session, SmallAnna model) throws IOException {
    CharacterBatches batches = batches();
    List<Operand<TFloat32>> leaves = model.initialState.flatten();
    List<GoldenTensor> state = List.of();
    double losses = 0;
    double norms = 0;
    for (int step = 0; step < golden.get("steps").asInt(); step++) {
      int batch = step % batches.size();
      Map<Operand<?>, Tensor> feeds = feeds(model, batches.get(batch));
      if (batch == 0) {
        state = zeros(leaves);
      }
      for (int k = 0; k < leaves.size(); k++) {
        feeds.put(leaves.get(k), state.get(k).tensor());
      }
      Session.Runner runner = session.runner();
      feeds.forEach(runner::feed);
      runner.fetch(model.loss).fetch(model.globalNorm).addTarget(model.trainStep);
      model.finalState.flatten().forEach(runner::fetch);
      try (Result result = runner.run()) {
        losses = Math.max(losses, gap("losses", step, result.get(0)));
        norms = Math.max(norms, gap("global_norms", step, result.get(1)));
        state = new ArrayList<>();
        for (int k = 0; k < leaves.size(); k++) {
          state.add(new GoldenTensor(result.get(2 + k).shape(), flat(result.get(2 + k))));
        }
      } finally {
        feeds.values().forEach(Tensor::close);
      }
    }
    double states = 0;
    for (int k = 0; k < state.size(); k++) {
      GoldenTensor expected = GoldenTensor.of(run.get("final_state").get(k));
      states = Math.max(states, expected.difference(state.get(k).values()));
    }
    return new Gap(losses, norms, states, 0);
  }

  // Fed as in all other steps: other feeds would start new random streams.
  private static List<GoldenTensor> zeros(List<Operand<TFloat32>> leaves) {
    List<GoldenTensor> zeros = new ArrayList<>();
    for (Operand<TFloat32> leaf : leaves) {
      zeros.add(new GoldenTensor(leaf.shape(), new float[Math.toIntExact(leaf.shape().size())]));
    }
    return zeros;
  }

  private double gap(String what, int step, Tensor found) {
    double gap = Math.abs(flat(found)[0] - run.get(what).get(step).asDouble());
    return Double.isNaN(gap) ? Double.POSITIVE_INFINITY : gap;
  }

  private Map<Operand<?>, Tensor> feeds(SmallAnna model, TrainingBatches.Batch batch) {
    Shape shape = model.inputs.asOutput().shape();
    Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
    feeds.put(model.inputs, TInt32.tensorOf(shape, DataBuffers.of(batch.inputs())));
    feeds.put(model.targets, TInt32.tensorOf(shape, DataBuffers.of(batch.targets())));
    feeds.put(model.keepProb, TFloat32.scalarOf((float) run.get("keep_prob").asDouble()));
    return feeds;
  }
}
