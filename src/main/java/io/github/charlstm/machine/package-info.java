/**
 * The machine that the program runs on: processor, memory, control groups, other processes.
 *
 * <p>Facts come from files, programs and variables of the system, not from a native library, which
 * would need a fitting C library and a writable folder that allows executables.
 */
package io.github.charlstm.machine;
