package io.github.charlstm.interop;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How versions of TensorFlow 1 named the variables of cells.
 *
 * <table>
 * <caption>The same variable in each version</caption>
 * <tr><td>1.2 and later</td><td>{@code rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel}</td></tr>
 * <tr><td>1.0, 1.1</td><td>{@code rnn/multi_rnn_cell/cell_0/basic_lstm_cell/weights}</td></tr>
 * <tr><td>0.x</td><td>{@code RNN/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix}</td></tr>
 * </table>
 *
 * <p>The name of an optimizer's slot is the variable's name, a slash and one word.
 */
enum VariableNaming {
  KERNEL("TensorFlow 1.2 or later"),
  WEIGHTS("TensorFlow 1.0 or 1.1"),
  LINEAR("TensorFlow 0.x");

  private static final Map<String, String> CELLS =
      Map.of(
          "BasicLSTMCell", "basic_lstm_cell",
          "LSTMCell", "lstm_cell",
          "GRUCell", "gru_cell",
          "BasicRNNCell", "basic_rnn_cell");

  private record Parameter(String current, VariableNaming naming) {}

  private static final Map<String, Parameter> PARAMETERS =
      Map.of(
          "kernel", new Parameter("kernel", KERNEL),
          "bias", new Parameter("bias", KERNEL),
          "weights", new Parameter("kernel", WEIGHTS),
          "biases", new Parameter("bias", WEIGHTS),
          "Linear/Matrix", new Parameter("kernel", LINEAR),
          "Linear/Bias", new Parameter("bias", LINEAR),
          "W_0", new Parameter("kernel", LINEAR), // of LSTMCell
          "B", new Parameter("bias", LINEAR));

  // scope / [multi_rnn_cell/cell_K /] cell / [gates /] parameter [/ slot]
  private static final Pattern NAME =
      Pattern.compile(
          "(?<scope>rnn|RNN|rnnlm)/"
              + "(?:(?:multi_rnn_cell/cell_|MultiRNNCell/Cell)(?<layer>\\d{1,3})/)?"
              + "(?<cell>(?:basic_lstm|lstm|gru|basic_rnn)_cell"
              + "|BasicLSTMCell|LSTMCell|GRUCell|BasicRNNCell)/"
              + "(?:(?<gate>gates|candidate|Gates|Candidate)/)?"
              + "(?<parameter>kernel|bias|weights|biases|Linear/Matrix|Linear/Bias|W_0|B)"
              + "(?<slot>/[^/]+)?");

  private final String versions;

  VariableNaming(String versions) {
    this.versions = versions;
  }

  /** The versions of TensorFlow that wrote such names. */
  String versions() {
    return versions;
  }

  /**
   * A cell's variable, or a slot of one, by its name in TensorFlow 1.2 and later, with the layer
   * (from 0) of a MultiRNNCell and a cell such as {@code basic_lstm_cell}; the naming is the
   * file's.
   */
  record CellVariable(String name, Optional<Integer> layer, String cell, VariableNaming naming) {}

  /** Parses a name of any version; empty if it is not that of a cell's variable. */
  static Optional<CellVariable> read(String name) {
    Matcher found = NAME.matcher(name);
    if (!found.matches()) {
      return Optional.empty();
    }
    String cell = CELLS.getOrDefault(found.group("cell"), found.group("cell"));
    Optional<Integer> layer = Optional.ofNullable(found.group("layer")).map(Integer::valueOf);
    Parameter parameter = PARAMETERS.get(found.group("parameter"));
    String gate = found.group("gate");
    String slot = found.group("slot");
    String current =
        found.group("scope").toLowerCase(Locale.ROOT)
            + layer.map(k -> "/multi_rnn_cell/cell_" + k).orElse("")
            + ("/" + cell)
            + (gate == null ? "" : "/" + gate.toLowerCase(Locale.ROOT))
            + ("/" + parameter.current())
            + (slot == null ? "" : slot);
    return Optional.of(new CellVariable(current, layer, cell, parameter.naming()));
  }

  /**
   * The name in TensorFlow 1.2 and later of any variable. Early versions of char-rnn-tensorflow had
   * the embedding, too, in the scope of the network.
   */
  static String current(String name) {
    return read(name)
        .map(CellVariable::name)
        .orElseGet(() -> name.replaceFirst("^rnnlm/embedding(?=/|$)", "embedding"));
  }
}
