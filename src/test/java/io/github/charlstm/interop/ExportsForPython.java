package io.github.charlstm.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Writes the folder that scripts/python/check_java_exports.py reads; see its README. */
final class ExportsForPython {
  private static final int STEPS = 50;

  private ExportsForPython() {}

  static void write(TrainingCheckpoint checkpoint, String text, Path folder) throws IOException {
    clear(folder);
    CheckpointExport.savedModel(checkpoint, folder.resolve("saved-model"));
    Path prefix = CheckpointExport.tf1Checkpoint(checkpoint, folder.resolve("tf1-checkpoint"));
    for (String tag :
        new String[] {LanguageModelSession.SERVING_TAG, LanguageModelSession.TRAINING_TAG}) {
      String name = tag.equals(LanguageModelSession.SERVING_TAG) ? "sampling" : "training";
      CheckpointExport.graphDef(
          checkpoint, tag, folder.resolve("graphdef").resolve(name + ".pbtxt"));
    }
    describe(checkpoint, text, prefix, "anna", folder);
  }

  /**
   * Writes the checkpoint of an imported run.
   *
   * @param model the program that it comes from, as the README of the Python programs names it
   */
  static void writeImported(TrainingCheckpoint checkpoint, String text, String model, Path folder)
      throws IOException {
    clear(folder);
    Path prefix = CheckpointExport.tf1Checkpoint(checkpoint, folder.resolve("tf1-checkpoint"));
    describe(checkpoint, text, prefix, model, folder);
  }

  private static void describe(
      TrainingCheckpoint checkpoint, String text, Path prefix, String model, Path folder)
      throws IOException {
    ObjectNode document = new ObjectMapper().createObjectNode();
    StringBuilder symbols = new StringBuilder();
    Vocabulary vocabulary = checkpoint.vocabulary();
    for (int k = 0; k < vocabulary.size(); k++) {
      symbols.append(vocabulary.symbol(k));
    }
    document.put("vocabulary", symbols.toString());
    predictions(checkpoint, text, document);
    settings(checkpoint, model, document.putObject("settings"));
    if (checkpoint.settings().recipe().equals(Importer.CHAR_RNN)) {
      Importer.PICKLES.forEach(document.putArray("pickles")::add);
    }
    variables(CheckpointReader.open(prefix), document.putObject("variables"));
    Files.writeString(folder.resolve("expected.json"), document.toString());
  }

  private static void clear(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void predictions(TrainingCheckpoint checkpoint, String text, ObjectNode document) {
    String scored = text.substring(0, 400);
    int[] indices = checkpoint.vocabulary().encode(scored);
    document.put("cross_entropy_text", scored);
    ArrayNode fed = document.putArray("indices");
    ArrayNode rows = document.putArray("predictions");
    double nats = 0;
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1)) {
      session.restore(checkpoint.variables());
      session.resetState();
      for (int k = 0; k + 1 < indices.length; k++) {
        float[] next = session.predictNext(indices[k]);
        nats -= Math.log(next[indices[k + 1]]);
        if (k < STEPS) {
          fed.add(indices[k]);
          ArrayNode row = rows.addArray();
          for (float probability : next) {
            row.add(probability);
          }
        }
      }
    }
    document.put("cross_entropy", nats / (indices.length - 1));
  }

  private static void settings(TrainingCheckpoint checkpoint, String model, ObjectNode settings) {
    settings.put("model", model);
    settings.put("lstm_size", checkpoint.settings().model().units());
    settings.put("layers", checkpoint.settings().model().numLayers());
    settings.put("batch_size", checkpoint.settings().training().batchSize());
    settings.put("num_steps", checkpoint.settings().training().numSteps());
    settings.put("global_step", model.equals("anna"));
  }

  private static void variables(CheckpointReader reader, ObjectNode variables) {
    reader
        .tensors()
        .forEach(
            (name, info) -> {
              ObjectNode variable = variables.putObject(name);
              ArrayNode shape = variable.putArray("shape");
              for (long size : info.shape().asArray()) {
                shape.add(size);
              }
              ArrayNode first = variable.putArray("first");
              if (info.dtype() == DataType.DT_FLOAT) {
                float[] values = reader.readFloats(name);
                for (int k = 0; k < Math.min(4, values.length); k++) {
                  first.add(values[k]);
                }
              } else {
                first.add(reader.readLongs(name)[0]);
              }
            });
  }
}
