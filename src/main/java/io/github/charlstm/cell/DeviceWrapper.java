package io.github.charlstm.cell;

import org.tensorflow.DeviceSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Places a cell's operations on a device (Python: {@code tf.nn.rnn_cell.DeviceWrapper}).
 *
 * <p>The operations of {@code call} and {@code zeroState} are placed; what they compute, their
 * shapes, the state and the variables' names are the cell's. A device that says less than a full
 * name fills what the builder's own device leaves open, as nested {@code tf.device} blocks do. The
 * variables are placed where TensorFlow puts them: they are made in {@code build}, which has no
 * device.
 */
public final class DeviceWrapper extends CellWrapper {
  private final DeviceSpec device;

  /**
   * Wraps a cell.
   *
   * @param cell the cell to wrap
   * @param device where its operations go
   */
  public DeviceWrapper(RNNCell cell, DeviceSpec device) {
    super(cell);
    this.device = Devices.of(device).spec();
  }

  /**
   * Wraps a cell.
   *
   * @param cell the cell to wrap
   * @param device where its operations go, for instance {@code /device:CPU:0}, {@code /gpu:1} or
   *     {@code /job:worker/task:0}
   * @throws IllegalArgumentException if this is no device's name
   */
  public DeviceWrapper(RNNCell cell, String device) {
    super(cell);
    this.device = Devices.parse(device).spec();
  }

  @Override
  Step around(Inner inner, Ops tf, Operand<TFloat32> inputs, RNNState state) {
    return inner.step(placed(tf), inputs, state);
  }

  @Override
  public RNNState zeroState(Ops tf, int batchSize) {
    return super.zeroState(placed(tf), batchSize);
  }

  @Override
  public RNNState zeroState(Ops tf, Operand<TInt32> batchSize) {
    return super.zeroState(placed(tf), batchSize);
  }

  private Ops placed(Ops tf) {
    Devices around = Devices.parse(tf.scope().getDeviceString());
    return tf.withDevice(around.overriddenBy(Devices.of(device)).spec());
  }
}
