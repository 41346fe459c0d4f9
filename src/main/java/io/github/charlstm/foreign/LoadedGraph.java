package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.graph.GraphIndex;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.types.TString;

/** An imported graph with a session, its variables restored and its initializer run. */
final class LoadedGraph implements AutoCloseable {
  private static final Set<String> VARIABLES =
      Set.of("VariableV2", "Variable", "VarHandleOp", "VarHandlesOp", "TemporaryVariable");

  private final ImportedGraph imported;
  private final ForbiddenOps forbidden;
  private final boolean trusted;
  private final Session session;

  private LoadedGraph(ImportedGraph imported, boolean trusted) {
    this.imported = imported;
    this.trusted = trusted;
    this.forbidden = new ForbiddenOps(file(imported), imported.view());
    // Without automatic initialization, which would run every operation whose name starts so.
    this.session = new Session(imported.graph(), false, ConfigProto.getDefaultInstance());
  }

  private static String file(ImportedGraph imported) {
    return imported.source().file().toString();
  }

  /**
   * Takes over the graph: it is closed with this, and if this fails.
   *
   * @throws InteropException if it cannot be restored
   * @throws CheckpointException if the checkpoint is missing or damaged
   */
  static LoadedGraph of(ImportedGraph imported, boolean trusted) {
    LoadedGraph loaded;
    try {
      loaded = new LoadedGraph(imported, trusted);
    } catch (RuntimeException e) {
      imported.close();
      throw e;
    }
    try {
      loaded.restore();
      imported.source().initializer().ifPresent(loaded::runOperation);
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  ImportedGraph imported() {
    return imported;
  }

  String file() {
    return file(imported);
  }

  private void restore() {
    SaverDef saver = imported.source().definition().getSaverDef();
    boolean hasVariables =
        imported.view().nodes().values().stream()
            .anyMatch(node -> VARIABLES.contains(node.getOp()));
    if (saver.getRestoreOpName().isEmpty()) {
      if (hasVariables) {
        throw new InteropException(
            file()
                + " has variables but says not how they are restored: it has no saver; name the"
                + " .meta that lies beside their checkpoint (--meta), or freeze the graph in Python"
                + " (tf.compat.v1.graph_util.convert_variables_to_constants)");
      }
      return;
    }
    String operation = GraphIndex.nodeOf(saver.getRestoreOpName());
    TensorName prefix = TensorName.of(saver.getFilenameTensorName());
    if (!imported.view().nodes().containsKey(operation) || !imported.has(prefix)) {
      throw new InteropException(
          file() + " is damaged: its saver's operation " + operation + " is not in the graph");
    }
    if (!trusted) {
      forbidden.checkRun(List.of(operation), true);
    }
    CheckpointReader reader = CheckpointReader.open(imported.source().variables());
    reader.verifyAll();
    RestoredVariables.check(RestoredVariables.of(imported.view(), operation), reader, file());
    String path = imported.source().variables().toAbsolutePath().toString();
    try (TString value = TString.scalarOf(path)) {
      run(
              "its variables cannot be restored",
              runner ->
                  runner.feed(prefix.operation(), prefix.output(), value).addTarget(operation))
          .close();
    }
  }

  /** Runs an operation that takes nothing, such as an initializer. */
  void runOperation(String name) {
    allow(List.of(name));
    run("its operation " + name + " fails", runner -> runner.addTarget(name)).close();
  }

  /** Refuses to run operations that would touch checkpoints. */
  void allow(List<String> operations) {
    if (!trusted) {
      forbidden.checkRun(operations, false);
    }
  }

  /**
   * One run of the session.
   *
   * @param failure what to say if TensorFlow refuses
   */
  Result run(String failure, Consumer<Session.Runner> preparation) {
    return guarded(
        failure,
        () -> {
          Session.Runner runner = session.runner();
          preparation.accept(runner);
          return runner.run();
        });
  }

  private <T> T guarded(String failure, Supplier<T> action) {
    try {
      return action.get();
    } catch (InteropException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InteropException(file() + ": " + failure + ": " + InteropException.firstLine(e), e);
    }
  }

  @Override
  public void close() {
    session.close();
    imported.close();
  }
}
