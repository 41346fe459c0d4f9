package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.graph.Dtypes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** ResidualWrapper and DeviceWrapper. */
class WrapperTest {
  private static final Map<String, Shape> GRU =
      Map.of(
          "rnn/gru_cell/gates/kernel", Shape.of(8, 8),
          "rnn/gru_cell/gates/bias", Shape.of(8),
          "rnn/gru_cell/candidate/kernel", Shape.of(8, 4),
          "rnn/gru_cell/candidate/bias", Shape.of(4));

  /** The cell contract, around a GRU of the inputs' width. */
  abstract static class AroundGru extends CellContractTest {
    @Override
    Expected expected() {
      return new Expected(GRU, "4", cell().typeName() + "ZeroState/GRUCellZeroState/zeros");
    }
  }

  /** The wrapper without a residual function. */
  @Nested
  class Residual extends AroundGru {
    @Override
    RNNCell cell() {
      return new ResidualWrapper(new GRUCell(4));
    }

    @Test
    void inputsAreAddedToOutputsAndTheStateIsTheCells() {
      RNNCell inner = new GRUCell(4);
      RNNCell wrapped = new ResidualWrapper(inner);
      wrapped.build(store.rootScope(), DEPTH);
      RNNState<TFloat32> state = state(inner, 2);
      RNNCell.Step<TFloat32> step = wrapped.call(runner.tf(), input(1), state);
      RNNCell.Step<TFloat32> plain = inner.call(runner.tf(), input(1), state);
      initialize();
      List<float[]> values =
          runner.fetch(
              List.of(step.output(), plain.output(), input(1), step.state().flatten().get(0)));
      for (int k = 0; k < values.get(0).length; k++) {
        assertThat(values.get(0)[k]).isEqualTo(values.get(1)[k] + values.get(2)[k]);
      }
      assertThat(values.get(3)).isEqualTo(values.get(1));
    }

    @Test
    void inputsOfAnotherWidthThanTheOutputsAreRejected() {
      RNNCell wrapped = new ResidualWrapper(new GRUCell(3));
      wrapped.build(store.rootScope(), DEPTH);
      RNNState<TFloat32> zero = wrapped.zeroState(runner.tf(), BATCH);
      assertRejected(
          () -> wrapped.call(runner.tf(), input(1), zero), "ResidualWrapper", "[3, 4]", "[3, 3]");
    }
  }

  /** With a residual function. */
  @Nested
  class CustomResidualFunction extends AroundGru {
    @Override
    RNNCell cell() {
      return new ResidualWrapper(
          new GRUCell(4),
          (tf, inputs, outputs) ->
              tf.math.add(tf.math.mul(inputs, Dtypes.constant(tf, inputs.type(), 0.5)), outputs));
    }

    @Test
    void joinsInputsAndOutputs() {
      RNNCell inner = new GRUCell(3);
      RNNCell wrapped =
          new ResidualWrapper(
              inner,
              (tf, inputs, outputs) ->
                  tf.math.sub(outputs, tf.slice(inputs, tf.array(0, 0), tf.array(-1, 3))));
      wrapped.build(store.rootScope(), DEPTH);
      RNNState<TFloat32> state = state(inner, 2);
      RNNCell.Step<TFloat32> step = wrapped.call(runner.tf(), input(1), state);
      RNNCell.Step<TFloat32> plain = inner.call(runner.tf(), input(1), state);
      initialize();
      List<float[]> values = runner.fetch(List.of(step.output(), plain.output(), input(1)));
      assertThat(values.get(0)[4]).isEqualTo(values.get(1)[4] - values.get(2)[5]);
    }

    @Test
    void isNeeded() {
      assertThatThrownBy(() -> new ResidualWrapper(new GRUCell(4), null))
          .hasMessageContaining("residual");
    }
  }

  /** The wrapper with a device's name. */
  @Nested
  class Device extends AroundGru {
    @Override
    RNNCell cell() {
      return new DeviceWrapper(new GRUCell(4), "/device:CPU:0");
    }

    private Map<String, String> devices() {
      Map<String, String> devices = new HashMap<>();
      runner
          .graph()
          .toGraphDef()
          .getNodeList()
          .forEach(node -> devices.put(node.getName(), node.getDevice()));
      return devices;
    }

    private Set<String> devicesOfAStep(RNNCell cell, Ops tf) {
      cell.build(store.rootScope().child("rnn"), DEPTH);
      var x = input(1);
      Set<String> before = operations();
      cell.call(tf, x, cell.zeroState(tf, BATCH));
      Map<String, String> made = devices();
      made.keySet().removeAll(before);
      assertThat(made).isNotEmpty();
      return new HashSet<>(made.values());
    }

    @Test
    void stepsAndZeroStatesArePlacedVariablesAreNot() {
      assertThat(devicesOfAStep(cell(), runner.tf())).containsExactly("/device:CPU:0");
      assertThat(devices().get("rnn/gru_cell/gates/kernel")).isEmpty();
    }

    @Test
    void theInnerDeviceCompletesTheOuter() {
      RNNCell nested =
          new DeviceWrapper(
              new DeviceWrapper(new GRUCell(4), "/gpu:1"), "/job:worker/task:2/device:CPU:0");
      assertThat(devicesOfAStep(nested, runner.tf()))
          .containsExactly("/job:worker/task:2/device:GPU:1");
    }

    @Test
    void aSpecificationIsADeviceToo() {
      DeviceSpec spec =
          DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build();
      assertThat(devicesOfAStep(new DeviceWrapper(new GRUCell(4), spec), runner.tf()))
          .containsExactly("/device:CPU:0");
    }

    @Test
    void invalidDeviceNamesAreRejected() {
      for (String name :
          List.of(
              "CPU", "/device:CPU", "/device:FPU:0", "/cpu:x", "/job:a/job:b", "/cpu:0/gpu:0")) {
        assertRejected(() -> new DeviceWrapper(new GRUCell(4), name), "'" + name + "'");
      }
    }
  }
}
