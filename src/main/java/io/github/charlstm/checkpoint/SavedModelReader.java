package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * The graphs of a SavedModel (Python: {@code saved_model_cli show}), read without TensorFlow's
 * native library.
 */
public final class SavedModelReader {
  private final Path file;
  private final List<MetaGraphDef> metaGraphs;

  private SavedModelReader(Path file, List<MetaGraphDef> metaGraphs) {
    this.file = file;
    this.metaGraphs = metaGraphs;
  }

  /**
   * Reads the graphs of a SavedModel, from {@code saved_model.pb}.
   *
   * @throws CheckpointException if the file is missing, damaged or has no graph
   */
  public static SavedModelReader open(Path folder) {
    Path file = folder.resolve(SavedModelWriter.GRAPH_FILE);
    try (InputStream in = Files.newInputStream(file)) {
      List<MetaGraphDef> graphs = SavedModel.parseFrom(in).getMetaGraphsList();
      if (graphs.isEmpty()) {
        throw new CheckpointException(file + " holds no graph");
      }
      return new SavedModelReader(file, graphs);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(file + " is damaged or no SavedModel", e);
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** {@return all graphs} */
  public List<MetaGraphDef> metaGraphs() {
    return metaGraphs;
  }

  /**
   * {@return the graph that has these tags and no others, with the Saver's names}
   *
   * @throws CheckpointException if there is none; the message lists the tags of all graphs
   */
  public MetaGraphDef metaGraph(String... tags) {
    return metaGraphs.stream()
        .filter(graph -> Set.copyOf(graph.getMetaInfoDef().getTagsList()).equals(Set.of(tags)))
        .findFirst()
        .orElseThrow(
            () ->
                CheckpointException.of(
                    "%s has no graph with the tags %s; there are %s",
                    file,
                    List.of(tags),
                    metaGraphs.stream()
                        .map(graph -> graph.getMetaInfoDef().getTagsList())
                        .toList()));
  }
}
