/**
 * Every recipe on the real data, and one page with what the books print beside what came out.
 *
 * <p>{@link io.github.charlstm.reproduce.Experiments} lists the command lines; the command line
 * runs them. {@link io.github.charlstm.reproduce.ResultsPage} writes the page from the runs'
 * folders alone: each figure comes from a run's metrics, each sample from its newest checkpoint.
 */
package io.github.charlstm.reproduce;
