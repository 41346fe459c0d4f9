package io.github.charlstm.cli;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The progress of a long task on standard error. On a terminal one line is redrawn, from the third
 * second on, and cleared at the end; elsewhere a plain line, or an object of JSON, follows each ten
 * seconds.
 */
final class Progress implements AutoCloseable {
  static final Progress NONE = new Progress();

  private static final int REDRAW_MILLIS = 250;
  private static final int BAR_WIDTH = 24;
  // Without wrapping, a line that is too long for the terminal is cut at its edge.
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR_REST = "\u001b[K";

  private final Console console;
  private final String task;
  private final ScheduledExecutorService clock;
  private final long start = System.nanoTime();
  private String unit = "";
  private long unitSize = 1;
  private long total = -1;
  private long done;
  private String message = "";
  private boolean drawn;
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
    if (console.watched().err() && !console.json()) {
      long patience = console.timing().patience().toMillis();
      clock.scheduleWithFixedDelay(this::draw, patience, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      long pause = console.timing().pause().toMillis();
      clock.scheduleAtFixedRate(this::printLine, pause, pause, TimeUnit.MILLISECONDS);
    }
  }

  /** Sets the size of the task, -1 if it is not known, in units such as "steps". */
  Progress total(long total, String unit) {
    return total(total, unit, 1);
  }

  /** As above; numbers are divided by {@code unitSize} when shown: 1024 to show bytes as KB. */
  synchronized Progress total(long total, String unit, long unitSize) {
    this.total = total;
    this.unit = unit;
    this.unitSize = unitSize;
    return this;
  }

  synchronized void update(long done) {
    this.done = done;
  }

  /** Sets a few words at the end of the line. */
  synchronized void message(String message) {
    this.message = message;
  }

  /** Whether a line that is redrawn is on the terminal. */
  synchronized boolean isDrawn() {
    return drawn;
  }

  @Override
  public void close() {
    if (console == null) {
      return;
    }
    clock.shutdownNow();
    synchronized (this) {
      closed = true;
      if (drawn) {
        drawn = false;
        console.err().print(Console.CLEAR_LINE);
        console.err().flush();
      }
    }
    console.ended(this);
  }

  private synchronized void draw() {
    if (closed) {
      return;
    }
    drawn = true;
    console.err().print(NO_WRAP + "\r" + bar() + CLEAR_REST + WRAP);
    console.err().flush();
  }

  private String bar() {
    StringBuilder line = new StringBuilder(task);
    if (total > 0) {
      int filled = (int) (BAR_WIDTH * Math.min(done, total) / total);
      line.append(String.format(Locale.ROOT, " %3d%% [", 100 * Math.min(done, total) / total));
      line.append("=".repeat(filled)).append(filled < BAR_WIDTH ? ">" : "");
      line.append(" ".repeat(Math.max(0, BAR_WIDTH - filled - 1))).append("] ");
      line.append(done / unitSize + "/" + total / unitSize + " " + unit);
    } else if (!unit.isEmpty()) {
      line.append(" " + done / unitSize + " " + unit);
    }
    line.append(" (" + duration(seconds()) + toGo());
    if (total > 0 && done > 0) {
      double speed = done / (double) unitSize / seconds();
      line.append(String.format(Locale.ROOT, ", %.1f %s/s", speed, unit));
    }
    return line.append(message.isEmpty() ? ")" : ") " + message).toString();
  }

  private synchronized void printLine() {
    if (closed) {
      return;
    }
    if (console.json()) {
      Json fields = Json.object().put("task", task).put("done", done / unitSize);
      fields.put("total", total < 0 ? null : total / unitSize).put("unit", unit);
      fields.put("seconds", Math.round(seconds() * 1000) / 1000.0);
      console.err().println(Json.object().put("progress", fields));
      return;
    }
    StringBuilder line = new StringBuilder(task).append(": ");
    if (!unit.isEmpty()) {
      line.append(String.format(Locale.ROOT, "%,d", done / unitSize));
      line.append(total < 0 ? "" : String.format(Locale.ROOT, " of %,d", total / unitSize));
      line.append(' ').append(unit).append(", ");
    }
    line.append(duration(seconds())).append(" so far").append(toGo());
    console.err().println(line.append(message.isEmpty() ? "" : "; " + message));
  }

  private String toGo() {
    return total > 0 && done > 0
        ? ", about " + duration(seconds() * (total - done) / done) + " to go"
        : "";
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole / 60 % 60 + " min";
  }
}
