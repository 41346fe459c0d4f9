package io.github.charlstm.loop;

import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Builds an operation of a loop's body; inputs from outside are captured on the way. */
final class CapturingOperationBuilder implements OperationBuilder {
  private final BodyGraph body;
  private final OperationBuilder builder;

  CapturingOperationBuilder(BodyGraph body, OperationBuilder builder) {
    this.body = body;
    this.builder = builder;
  }

  @Override
  public Operation build() {
    return builder.build();
  }

  @Override
  public OperationBuilder addInput(Output<?> input) {
    builder.addInput(body.inside(input));
    return this;
  }

  @Override
  public OperationBuilder addInputList(Output<?>[] inputs) {
    Output<?>[] inside = new Output<?>[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      inside[k] = body.inside(inputs[k]);
    }
    builder.addInputList(inside);
    return this;
  }

  @Override
  public OperationBuilder addControlInput(Operation control) {
    body.checkInput(control);
    builder.addControlInput(control);
    return this;
  }

  @Override
  public OperationBuilder setDevice(String device) {
    builder.setDevice(device);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, String[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, String value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, byte[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, long value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, long[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, float value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, float[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, boolean value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, boolean[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, DataType value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, DataType[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, Tensor value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, Tensor[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, Shape value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, Shape[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, ConcreteFunction value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, ConcreteFunction[] value) {
    builder.setAttr(name, value);
    return this;
  }

  @Override
  public OperationBuilder setAttr(String name, AttrValue value) {
    builder.setAttr(name, value);
    return this;
  }
}
