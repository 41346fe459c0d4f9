/**
 * Models between this program and Python: what is exported for Python to read, and what Python
 * wrote.
 */
package io.github.charlstm.interop;
