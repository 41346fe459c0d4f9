/**
 * The bench that {@code scripts/bench} runs: one training step, and sampling, of the books' models
 * in this library, PyTorch, Deeplearning4j and Python's TensorFlow, in turn on one machine.
 *
 * <p>A parent process ({@link io.github.charlstm.bench.Bench}) starts each contender as a process
 * of its own, speaks {@link io.github.charlstm.bench.Protocol} with it over its standard input and
 * output, and lets one after the other do a few steps, round after round: whatever else the machine
 * does, it does to all of them.
 *
 * <p>The contenders that need PyTorch and Deeplearning4j are in {@code src/bench/contestants},
 * which only the Maven profile {@code contestants} of {@code src/bench/pom.xml} compiles. Python's
 * is {@code scripts/python/bench_dynamic_rnn.py}.
 */
package io.github.charlstm.bench;
