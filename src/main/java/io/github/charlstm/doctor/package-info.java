/**
 * Looks at the machine that the program runs on: Java, TensorFlow's library, processor, threads,
 * memory, disk, data sets, fonts, Python. Each look gives findings, and none throws.
 *
 * <p>Nothing here loads TensorFlow into this process: a library that is broken, or made for another
 * processor, may end the process that loads it. So {@link
 * io.github.charlstm.doctor.TensorFlowCheck} starts another.
 */
package io.github.charlstm.doctor;
