/**
 * The machine that the program runs on: processor, memory, a container's limits, other processes.
 *
 * <p>Plain Java: facts come from the system's files, programs and variables. No native library is
 * loaded for them, since that needs a writable folder that allows programs, and a C library that
 * fits.
 */
package io.github.charlstm.machine;
