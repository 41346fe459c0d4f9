/**
 * Pictures and tables of what a training run did.
 *
 * <p>{@link io.github.charlstm.report.MetricsFile} reads the JSON lines that a run appends, {@link
 * io.github.charlstm.report.LossSeries} is plain numbers with a name, and {@link
 * io.github.charlstm.report.LossPlot} draws them as PNG or SVG. Nothing here trains, opens a
 * checkpoint or touches TensorFlow, so a report can be made on any machine that has the metrics
 * file.
 *
 * <p>A picture is a list of shapes ({@link io.github.charlstm.report.Drawing}). As SVG it is text
 * and needs nothing of the machine; as PNG it is drawn by AWT, which needs no display but fonts:
 * where there are none, {@link io.github.charlstm.report.PngUnavailableException} says what to
 * install. Losses are in nats per character, the unit of the training loss; whoever wants bits
 * divides by ln 2 first.
 *
 * <p>Limits: the whole file and all points are held in memory, which is good for some hundred
 * thousand steps; one vertical axis, linear.
 */
package io.github.charlstm.report;
