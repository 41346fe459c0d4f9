package io.github.charlstm.loop;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;

/**
 * Builds an operation of a loop's body; inputs from outside are captured on the way, all else goes
 * to the builder of the body's graph.
 */
final class CapturingOperationBuilder implements InvocationHandler {
  private final BodyGraph body;
  private final OperationBuilder builder;

  private CapturingOperationBuilder(BodyGraph body, OperationBuilder builder) {
    this.body = body;
    this.builder = builder;
  }

  static OperationBuilder of(BodyGraph body, OperationBuilder builder) {
    return (OperationBuilder)
        Proxy.newProxyInstance(
            OperationBuilder.class.getClassLoader(),
            new Class<?>[] {OperationBuilder.class},
            new CapturingOperationBuilder(body, builder));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "addInput" -> arguments[0] = body.inside((Output<?>) arguments[0]);
      case "addInputList" -> arguments[0] = inside((Output<?>[]) arguments[0]);
      case "addControlInput" -> body.checkInput((Operation) arguments[0]);
      default -> {}
    }
    try {
      Object result = method.invoke(builder, arguments);
      return result == builder ? proxy : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Output<?>[] inside(Output<?>[] inputs) {
    Output<?>[] inside = new Output<?>[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      inside[k] = body.inside(inputs[k]);
    }
    return inside;
  }
}
