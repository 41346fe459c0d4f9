/**
 * The crash test of {@code scripts/crash-test}: kills processes of charlstm at random and at every
 * change of a file, resumes their runs and compares them bit for bit with uninterrupted runs.
 *
 * <p>charlstm has no hooks for it. A process that is to end at a change is started with {@link
 * io.github.charlstm.crash.ChangeCountingFileSystem} as the JDK's default file system. The tests
 * here are short forms.
 */
package io.github.charlstm.crash;
