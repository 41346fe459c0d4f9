/**
 * Models between this program and Python: what is exported for Python to read, and what Python
 * wrote.
 *
 * <p>{@link io.github.charlstm.interop.Importer} makes a run of a foreign checkpoint. It never
 * trusts a file: pickles may hold plain values only, names of every era of TensorFlow 1 are read by
 * one table, and each tensor is either used in its exact shape or reported.
 */
package io.github.charlstm.interop;
