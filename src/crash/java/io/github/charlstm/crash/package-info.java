/**
 * The crash test that {@code scripts/crash-test} runs: processes of charlstm are killed, by chance
 * and at every single change of a file, and what they were doing is resumed and compared, bit for
 * bit, with a run that nobody disturbed.
 *
 * <p>The product has no hook for it. A process that is to end at a change is started with a file
 * system of {@link io.github.charlstm.crash.ChangeCountingFileSystem} before the real one, as the
 * JDK allows.
 *
 * <p>It lives among the tests, since it prints, exits and is no part of the product.
 */
package io.github.charlstm.crash;
