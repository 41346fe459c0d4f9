package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.CustomCell;
import io.github.charlstm.cell.Activation;
import io.github.charlstm.cell.AttentionCellWrapper;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.BasicRNNCell;
import io.github.charlstm.cell.DeviceWrapper;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.InputProjectionWrapper;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.LayerNormBasicLSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.NASCell;
import io.github.charlstm.cell.OutputProjectionWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.ResidualWrapper;
import io.github.charlstm.cell.SRUCell;
import io.github.charlstm.cell.UGRNNCell;
import io.github.charlstm.graph.Dtypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.family.TFloating;

/**
 * Builds the cells that golden files describe. Options that are absent are left to the defaults.
 */
final class SpecCells {
  private final Ops tf;
  private final Class<? extends TFloating> dtype;
  private final Map<Operand<?>, Double> keepProbs = new LinkedHashMap<>();

  SpecCells(Ops tf, Class<? extends TFloating> dtype) {
    this.tf = tf;
    this.dtype = dtype;
  }

  /** Placeholders of the cells, and what to feed. */
  Map<Operand<?>, Double> keepProbs() {
    return keepProbs;
  }

  RNNCell cell(JsonNode spec) {
    return switch (spec.get("type").asText()) {
      case "CustomCell" -> new CustomCell(units(spec));
      case "BasicRNNCell" -> basicRnn(spec);
      case "BasicLSTMCell" -> basicLstm(spec);
      case "LSTMCell" -> lstm(spec);
      case "GRUCell" -> gru(spec);
      case "UGRNNCell" -> ugrnn(spec);
      case "SRUCell" -> sru(spec);
      case "NASCell" -> nas(spec);
      case "LayerNormBasicLSTMCell" -> layerNormLstm(spec);
      case "MultiRNNCell" -> multi(spec);
      case "DropoutWrapper" -> dropout(spec);
      case "ResidualWrapper" -> residual(spec);
      case "DeviceWrapper" ->
          new DeviceWrapper(cell(spec.get("cell")), spec.get("device").asText());
      case "InputProjectionWrapper" -> inputProjection(spec);
      case "OutputProjectionWrapper" -> outputProjection(spec);
      case "AttentionCellWrapper" -> attention(spec);
      default -> throw new AssertionError("unknown cell " + spec);
    };
  }

  private static int units(JsonNode spec) {
    return spec.get("num_units").asInt();
  }

  private static void option(JsonNode spec, String name, Consumer<JsonNode> set) {
    if (spec.hasNonNull(name)) {
      set.accept(spec.get(name));
    }
  }

  private static Activation activation(JsonNode name) {
    return switch (name.asText()) {
      case "tanh" -> (tf, x) -> tf.math.tanh(x);
      case "relu" -> (tf, x) -> tf.nn.relu(x);
      case "sigmoid" -> (tf, x) -> tf.math.sigmoid(x);
      case "identity" -> (tf, x) -> tf.identity(x);
      default -> throw new AssertionError("unknown activation " + name);
    };
  }

  private static RNNCell basicRnn(JsonNode spec) {
    BasicRNNCell.Builder builder = BasicRNNCell.builder(units(spec));
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private static RNNCell basicLstm(JsonNode spec) {
    BasicLSTMCell.Builder builder = BasicLSTMCell.builder(units(spec));
    option(spec, "forget_bias", value -> builder.forgetBias(value.asDouble()));
    option(spec, "state_is_tuple", value -> builder.stateIsTuple(value.asBoolean()));
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private static RNNCell lstm(JsonNode spec) {
    LSTMCell.Builder builder = LSTMCell.builder(units(spec));
    option(spec, "use_peepholes", value -> builder.usePeepholes(value.asBoolean()));
    option(spec, "cell_clip", value -> builder.cellClip(value.asDouble()));
    option(spec, "num_proj", value -> builder.numProj(value.asInt()));
    option(spec, "proj_clip", value -> builder.projClip(value.asDouble()));
    option(spec, "forget_bias", value -> builder.forgetBias(value.asDouble()));
    option(spec, "state_is_tuple", value -> builder.stateIsTuple(value.asBoolean()));
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private static RNNCell gru(JsonNode spec) {
    GRUCell.Builder builder = GRUCell.builder(units(spec));
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private static RNNCell ugrnn(JsonNode spec) {
    UGRNNCell.Builder builder = UGRNNCell.builder(units(spec));
    option(spec, "forget_bias", value -> builder.forgetBias(value.asDouble()));
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private static RNNCell sru(JsonNode spec) {
    SRUCell.Builder builder = SRUCell.builder(units(spec));
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private RNNCell inputProjection(JsonNode spec) {
    InputProjectionWrapper.Builder builder =
        InputProjectionWrapper.builder(cell(spec.get("cell")), spec.get("num_proj").asInt());
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private RNNCell outputProjection(JsonNode spec) {
    OutputProjectionWrapper.Builder builder =
        OutputProjectionWrapper.builder(cell(spec.get("cell")), spec.get("output_size").asInt());
    option(spec, "activation", name -> builder.activation(activation(name)));
    return builder.build();
  }

  private RNNCell attention(JsonNode spec) {
    AttentionCellWrapper.Builder builder =
        AttentionCellWrapper.builder(cell(spec.get("cell")), spec.get("attn_length").asInt());
    option(spec, "attn_size", value -> builder.attnSize(value.asInt()));
    option(spec, "attn_vec_size", value -> builder.attnVecSize(value.asInt()));
    option(spec, "input_size", value -> builder.inputSize(value.asInt()));
    option(spec, "state_is_tuple", value -> builder.stateIsTuple(value.asBoolean()));
    return builder.build();
  }

  private static RNNCell nas(JsonNode spec) {
    NASCell.Builder builder = NASCell.builder(units(spec));
    option(spec, "num_proj", value -> builder.numProj(value.asInt()));
    option(spec, "use_bias", value -> builder.useBias(value.asBoolean()));
    return builder.build();
  }

  private static RNNCell layerNormLstm(JsonNode spec) {
    LayerNormBasicLSTMCell.Builder builder = LayerNormBasicLSTMCell.builder(units(spec));
    option(spec, "forget_bias", value -> builder.forgetBias(number(value)));
    option(spec, "activation", name -> builder.activation(activation(name)));
    option(spec, "layer_norm", value -> builder.layerNorm(value.asBoolean()));
    option(spec, "dropout_keep_prob", value -> builder.dropoutKeepProb(number(value)));
    option(spec, "dropout_prob_seed", value -> builder.dropoutProbSeed(value.asLong()));
    return builder.build();
  }

  private RNNCell multi(JsonNode spec) {
    List<RNNCell> cells = new ArrayList<>();
    spec.get("cells").forEach(part -> cells.add(cell(part)));
    for (int k = 1; k < spec.path("repeat_first").asInt(1); k++) {
      cells.add(0, cells.get(0));
    }
    MultiRNNCell.Builder builder = MultiRNNCell.builder(cells);
    option(spec, "state_is_tuple", value -> builder.stateIsTuple(value.asBoolean()));
    return builder.build();
  }

  private RNNCell dropout(JsonNode spec) {
    DropoutWrapper.Builder builder = DropoutWrapper.builder(cell(spec.get("cell")));
    if (spec.path("keep_prob_as_operand").asBoolean(false)) {
      option(spec, "input_keep_prob", value -> builder.inputKeepProb(fed(value)));
      option(spec, "output_keep_prob", value -> builder.outputKeepProb(fed(value)));
      option(spec, "state_keep_prob", value -> builder.stateKeepProb(fed(value)));
    } else {
      option(spec, "input_keep_prob", value -> builder.inputKeepProb(number(value)));
      option(spec, "output_keep_prob", value -> builder.outputKeepProb(number(value)));
      option(spec, "state_keep_prob", value -> builder.stateKeepProb(number(value)));
    }
    if (spec.path("variational_recurrent").asBoolean(false)) {
      if (spec.has("input_size")) {
        builder.variationalRecurrent(spec.get("input_size").asInt());
      } else {
        builder.variationalRecurrent();
      }
    }
    option(spec, "seed", value -> builder.seed(value.asLong()));
    return builder.build();
  }

  private Operand<? extends TFloating> fed(JsonNode value) {
    Operand<? extends TFloating> placeholder =
        tf.placeholder(dtype, Placeholder.shape(Shape.scalar()));
    keepProbs.put(placeholder, number(value));
    return placeholder;
  }

  private static double number(JsonNode value) {
    return value.asDouble();
  }

  private RNNCell residual(JsonNode spec) {
    RNNCell inner = cell(spec.get("cell"));
    return spec.path("residual_fn").asText("").equals("scaled")
        ? new ResidualWrapper(
            inner,
            (ops, inputs, outputs) ->
                ops.math.add(
                    ops.math.mul(inputs, Dtypes.constant(ops, inputs.type(), 0.5)), outputs))
        : new ResidualWrapper(inner);
  }
}
