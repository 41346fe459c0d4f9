/**
 * The recurrent networks of TensorFlow 1 in Java.
 *
 * <p>Arrows between the packages below run one way: {@code cli -> recipe -> {train, sample, report}
 * -> model -> rnn -> {cell, loop} -> graph}. {@code checkpoint} and {@code data} are leaves that
 * {@code model} and the packages above it use, and that use none of these packages themselves.
 */
package io.github.charlstm;
