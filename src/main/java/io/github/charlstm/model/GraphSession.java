package io.github.charlstm.model;

import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.checkpoint.Saver;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TBool;

/** A graph that is built, its session, and the values of its variables. */
final class GraphSession implements AutoCloseable {
  private final Graph graph;
  private final VariableStore variables;
  private final Op initializer;
  private final Saver saver;
  private final Session session;
  private Optional<GraphDef> definition = Optional.empty();

  /**
   * Adds what gives variables their values, and opens the session.
   *
   * @param graph whole but for that; closed with this
   * @param variables all of the graph
   */
  GraphSession(Graph graph, VariableStore variables, ConfigProto options) {
    this.graph = graph;
    this.variables = variables;
    initializer = variables.globalVariablesInitializer();
    saver = Saver.create(Ops.create(graph), variables.references(), 0);
    session = new Session(graph, options);
  }

  Session.Runner runner() {
    return session.runner();
  }

  Session session() {
    return session;
  }

  Saver saver() {
    return saver;
  }

  void initialize() {
    session.run(initializer);
  }

  /**
   * @param prefix of a checkpoint
   * @param mayHaveMore whether the file may hold tensors that are no variables here
   */
  void restore(Path prefix, boolean mayHaveMore) {
    if (mayHaveMore) {
      saver.restoreAllowingUnused(session, prefix);
    } else {
      saver.restore(session, prefix);
    }
  }

  /** Gives the variables of another graph, all of which this one has too, the values they have. */
  void copyVariables(GraphSession other) {
    Session.Runner fetch = session.runner();
    other.variables.all().forEach(variable -> fetch.fetch(variable.name()));
    try (Result values = fetch.run()) {
      // An initializer assigns what its initial value is fed with.
      Session.Runner assign = other.session.runner();
      int next = 0;
      for (GraphVariable<?> variable : other.variables.all()) {
        assign.feed(variable.initialValue(), values.get(next++)).addTarget(variable.initializer());
      }
      assign.run().close();
    }
  }

  /** From now on what is added to the graph is no part of what {@link #metaGraph} writes. */
  void keepDefinition() {
    if (definition.isEmpty()) {
      definition = Optional.of(graph.toGraphDef());
    }
  }

  /** The graph, as far as its definition is kept. */
  GraphDef definition() {
    return definition.orElseGet(graph::toGraphDef);
  }

  boolean isTrue(Operand<TBool> condition) {
    try (Result result = session.runner().fetch(condition).run()) {
      return ((TBool) result.get(0)).getBoolean();
    }
  }

  /** The graph as it stands in a SavedModel, as far as its definition is kept. */
  MetaGraphDef metaGraph(String tag, Map<String, SignatureDef> signatures) {
    List<VariableDef> definitions = variables.all().stream().map(GraphSession::definition).toList();
    return SavedModelWriter.metaGraph(
        definition(), saver.saverDef(), List.of(tag), signatures, definitions);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  private static VariableDef definition(GraphVariable<?> variable) {
    return SavedModelWriter.variable(
        variable.reference(),
        variable.initialValue(),
        variable.initializer(),
        variable.value(),
        variable.trainable());
  }
}
