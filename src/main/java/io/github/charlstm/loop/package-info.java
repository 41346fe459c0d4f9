/** Loops. */
package io.github.charlstm.loop;
