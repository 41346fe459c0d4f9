package io.github.charlstm.cli;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long task is, on standard error: for a person who watches one line that is rewritten,
 * from the third second on and gone when the task is done; else a plain line every ten seconds.
 */
final class Progress implements AutoCloseable {
  /** Shows nothing. */
  static final Progress NONE = new Progress();

  private final Console console;
  private final String task;
  private final ScheduledExecutorService clock;
  private final long start = System.nanoTime();
  private ProgressBar bar;
  private String unit = "";
  private long unitSize = 1;
  private long total = -1;
  private long done;
  private String message = "";
  private boolean closed;

  private Progress() {
    console = null;
    task = "";
    clock = null;
  }

  Progress(Console console, String task) {
    this.console = console;
    this.task = task;
    clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "progress of " + task);
              thread.setDaemon(true);
              return thread;
            });
    if (isDrawable()) {
      clock.schedule(this::draw, console.timing().patience().toMillis(), TimeUnit.MILLISECONDS);
    } else {
      long pause = console.timing().pause().toMillis();
      clock.scheduleAtFixedRate(this::tell, pause, pause, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * The task's size is known.
   *
   * @param total how many, -1 if nobody knows
   * @param unit of what: "steps"
   */
  synchronized Progress of(long total, String unit) {
    return of(total, unit, 1);
  }

  /**
   * @param unitSize how many of the numbers given make one that is shown: 1024 for bytes as KB
   */
  synchronized Progress of(long total, String unit, long unitSize) {
    if (console == null) {
      return this;
    }
    boolean sameUnit = unit.equals(this.unit) && unitSize == this.unitSize;
    this.total = total;
    this.unit = unit;
    this.unitSize = unitSize;
    if (bar != null && sameUnit) {
      bar.maxHint(total);
    } else if (bar != null) {
      wipe(); // a bar keeps the unit that it began with
      draw();
    }
    return this;
  }

  /** So many are done, of {@code total}. */
  synchronized void to(long done) {
    if (console == null) {
      return;
    }
    this.done = done;
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** A few words to the right of the rest. */
  synchronized void about(String message) {
    if (console == null) {
      return;
    }
    this.message = message;
    if (bar != null) {
      bar.setExtraMessage(" " + message);
    }
  }

  /** Whether there is a line now that is rewritten. */
  synchronized boolean isDrawn() {
    return bar != null;
  }

  @Override
  public void close() {
    if (console == null) {
      return;
    }
    clock.shutdownNow();
    synchronized (this) {
      closed = true;
      if (bar != null) {
        wipe();
      }
    }
    console.ended(this);
  }

  // The library's own consumer leaves a line behind when it is closed.
  private record Line(PrintStream err) implements ProgressBarConsumer {
    private static final String TO_START = "\r";

    @Override
    public int getMaxRenderedLength() {
      return new ConsoleProgressBarConsumer(err).getMaxRenderedLength();
    }

    @Override
    public void accept(String line) {
      err.print(TO_START + line);
      err.flush();
    }

    // Of a bar that ends before its first line the library does not call it: wipe() is for both.
    @Override
    public void close() {}
  }

  private void wipe() {
    bar.close();
    bar = null;
    console.err().print(Console.CLEAR_LINE);
    console.err().flush();
  }

  private boolean isDrawable() {
    return console.watched().err() && !console.json();
  }

  private synchronized void draw() {
    if (closed) {
      return;
    }
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .startsFrom(done, Duration.ofNanos(System.nanoTime() - start))
            .setConsumer(new Line(console.err()));
    if (!unit.isEmpty()) {
      builder.setUnit(" " + unit, unitSize).showSpeed(speed());
    }
    bar = builder.build();
    bar.setExtraMessage(message.isEmpty() ? "" : " " + message);
  }

  private static DecimalFormat speed() {
    return new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT));
  }

  private synchronized void tell() {
    if (closed) {
      return;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (console.json()) {
      Json fields = Json.object().put("task", task).put("done", done / unitSize);
      fields.put("total", total < 0 ? null : total / unitSize).put("unit", unit);
      fields.put("seconds", Math.round(seconds * 1000) / 1000.0);
      console.err().println(Json.object().put("progress", fields));
      return;
    }
    StringBuilder line = new StringBuilder(task).append(": ");
    if (!unit.isEmpty()) {
      line.append(String.format(Locale.ROOT, "%,d", done / unitSize));
      line.append(total < 0 ? "" : String.format(Locale.ROOT, " of %,d", total / unitSize));
      line.append(' ').append(unit).append(", ");
    }
    line.append(words(seconds)).append(" so far");
    if (total > 0 && done > 0) {
      line.append(", about ").append(words(seconds * (total - done) / done)).append(" to go");
    }
    console.err().println(line.append(message.isEmpty() ? "" : "; " + message));
  }

  private static String words(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole / 60 % 60 + " min";
  }
}
