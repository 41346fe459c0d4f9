/**
 * Pages that a browser shows: one file each, with nothing fetched, in light and in dark.
 *
 * <p>{@link io.github.charlstm.page.RunReader} reads a run's folder, as much of it as is whole,
 * into {@link io.github.charlstm.page.RunFacts}, and {@link io.github.charlstm.page.RunPage} shows
 * them. {@link io.github.charlstm.page.Reading} lets a model read a text and keeps what it said on
 * the way, {@link io.github.charlstm.page.TellingCells} looks for cells that follow something a
 * person sees too, and {@link io.github.charlstm.page.TextPage} colours the text by either.
 *
 * <p>Whatever comes from a file is shown, never run: {@link io.github.charlstm.page.Html} escapes
 * it, and a page's policy allows no script but its own. Curves are small SVGs ({@link
 * io.github.charlstm.page.Curve}) whose colours follow the page's.
 */
package io.github.charlstm.page;
