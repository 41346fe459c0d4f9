package io.github.charlstm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A case of TensorFlow's own tests that a test method shows for this project: the same calls, and
 * the values that TensorFlow's case expects. {@code src/test/resources/tensorflow-cases.txt} lists
 * the cases, docs/tensorflow-tests.md is made of both.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(TensorFlowCase.All.class)
public @interface TensorFlowCase {
  /** Suite, class and method, as {@code "clip_ops_test.ClipTest.testClipByValue"}. */
  String value();

  /** What of the case is not shown, and why; empty if all is. */
  String partly() default "";

  /** Several cases on one method. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface All {
    TensorFlowCase[] value();
  }
}
