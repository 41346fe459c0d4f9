package io.github.charlstm.model;

import io.github.charlstm.graph.GraphVariable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/** Tensors out of a run of a session, by the names of variables. Valid until this is closed. */
public final class NamedTensors implements AutoCloseable {
  private final Map<String, TFloat32> byName;
  private final Result result;

  private NamedTensors(Map<String, TFloat32> byName, Result result) {
    this.byName = Collections.unmodifiableMap(byName);
    this.result = result;
  }

  /** The first tensors of the result are the named ones; it is closed with this. */
  static NamedTensors of(Iterable<String> names, Result result) {
    Map<String, TFloat32> tensors = new LinkedHashMap<>();
    names.forEach(name -> tensors.put(name, (TFloat32) result.get(tensors.size())));
    return new NamedTensors(tensors, result);
  }

  /** The values of variables as they are now. */
  static NamedTensors of(Session.Runner runner, List<GraphVariable<TFloat32>> variables) {
    variables.forEach(variable -> runner.fetch(variable.value()));
    return of(variables.stream().map(GraphVariable::name).toList(), runner.run());
  }

  /** Gradients by the names of their variables, in the order of these. */
  static Map<String, Operand<TFloat32>> byVariable(
      List<GraphVariable<TFloat32>> variables, List<Operand<TFloat32>> gradients) {
    Map<String, Operand<TFloat32>> named = new LinkedHashMap<>();
    for (int k = 0; k < variables.size(); k++) {
      named.put(variables.get(k).name(), gradients.get(k));
    }
    return Collections.unmodifiableMap(named);
  }

  /** {@return the tensors by the variables' names, in the order in which the graph made them} */
  public Map<String, TFloat32> byName() {
    return byName;
  }

  @Override
  public void close() {
    result.close();
  }
}
