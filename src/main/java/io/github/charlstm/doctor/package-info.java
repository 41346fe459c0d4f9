/**
 * Checks of {@code charlstm doctor}: Java, TensorFlow's library, processor, threads, memory, disk,
 * data sets, fonts, Python.
 *
 * <p>Nothing here loads TensorFlow into this process, since a broken library, or one for another
 * processor, may end the process that loads it: {@link io.github.charlstm.doctor.TensorFlowCheck}
 * starts another.
 */
package io.github.charlstm.doctor;
