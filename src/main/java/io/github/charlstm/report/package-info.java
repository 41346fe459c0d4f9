/**
 * Pictures and HTML pages of training runs and of a model's predictions.
 *
 * <p>{@link io.github.charlstm.report.MetricsFile} reads the JSON lines that a run appends; {@link
 * io.github.charlstm.report.LossPlot} and {@link io.github.charlstm.report.RunPage} draw them with
 * the same {@link io.github.charlstm.report.Chart}. A picture is a list of shapes ({@link
 * io.github.charlstm.report.Drawing}). SVG is written as text and needs neither fonts nor native
 * libraries; PNG is drawn by AWT, which needs both ({@link
 * io.github.charlstm.report.PngUnavailableException} says what to install).
 *
 * <p>A page ({@link io.github.charlstm.report.HtmlPage}) is one HTML file that requests nothing and
 * runs no script but its own; {@link io.github.charlstm.report.Html} escapes all text. {@link
 * io.github.charlstm.report.RunReader} reads as much of a run's folder as is undamaged for {@link
 * io.github.charlstm.report.RunPage}. {@link io.github.charlstm.report.PredictionTrace} records a
 * model's predictions and cells over a text, {@link io.github.charlstm.report.InterpretableCells}
 * finds cells that follow a visible feature of it, {@link io.github.charlstm.report.TextPage}
 * colours the text by either.
 *
 * <p>Losses are in nats per symbol, as during training. All points are held in memory, which is
 * enough for some hundred thousand steps.
 */
package io.github.charlstm.report;
