/**
 * Pictures and HTML pages of what a training run did and of what a model predicts.
 *
 * <p>{@link io.github.charlstm.report.MetricsFile} reads the JSON lines that a run appends, {@link
 * io.github.charlstm.report.LossPlot} draws them. A picture is a list of shapes ({@link
 * io.github.charlstm.report.Drawing}). As SVG it is text and needs nothing of the machine; as PNG
 * AWT draws it, which needs no display but fonts: where there are none, {@link
 * io.github.charlstm.report.PngUnavailableException} says what to install.
 *
 * <p>A page is one HTML file that fetches nothing. {@link io.github.charlstm.report.RunReader}
 * reads as much of a run's folder as is whole, {@link io.github.charlstm.report.RunPage} shows it.
 * {@link io.github.charlstm.report.PredictionTrace} records a model's predictions and cell values
 * over a text, {@link io.github.charlstm.report.InterpretableCells} finds cells that follow a
 * visible feature of the text, and {@link io.github.charlstm.report.TextPage} colours the text by
 * either. {@link io.github.charlstm.report.Html} escapes what comes from files, and a page's policy
 * allows no script but its own.
 *
 * <p>Losses are in nats per symbol, the unit of the training loss. All points are held in memory,
 * which is good for some hundred thousand steps; one vertical axis, linear.
 */
package io.github.charlstm.report;
