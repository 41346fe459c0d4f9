/**
 * The bench that {@code scripts/bench} runs: one training step, and sampling, of the books' models
 * in this library, PyTorch, Deeplearning4j and Python's TensorFlow, in turn on one machine.
 *
 * <p>A parent process ({@link io.github.charlstm.bench.Bench}) starts each contender as a process
 * of its own, speaks {@link io.github.charlstm.bench.Protocol} with it over its standard input and
 * output, and runs a few steps of each in turn, round after round, so that all run under the same
 * load.
 *
 * <p>The contenders that need PyTorch and Deeplearning4j are in {@code src/bench/contestants},
 * which only the Maven profile {@code contestants} of {@code src/bench/pom.xml} compiles. Python's
 * is {@code scripts/python/bench_dynamic_rnn.py}.
 */
package io.github.charlstm.bench;
