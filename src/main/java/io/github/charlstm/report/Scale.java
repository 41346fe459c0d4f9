package io.github.charlstm.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A linear axis from value {@code low} at pixel {@code start} to {@code high} at {@code end}. */
record Scale(double low, double high, double start, double end) {
  private static final double LARGE = 1e9;

  /** A scale that begins at a value, for values from {@code low} to {@code high}, with a margin. */
  static Scale of(double from, double low, double high, double start, double end) {
    if (high - from > 1e-9 * Math.abs(high)) {
      double margin = from < low ? 0 : 0.02 * (high - from);
      return new Scale(from == 0 ? 0 : from - margin, high + 0.02 * (high - from), start, end);
    }
    double half = Math.max(Math.abs(from) / 2, 0.5);
    return new Scale(from - half, from + half, start, end);
  }

  /** The same axis in another unit. */
  Scale times(double factor) {
    return new Scale(low * factor, high * factor, start, end);
  }

  /** The pixel of a value. */
  double place(double value) {
    return start + (value - low) / (high - low) * (end - start);
  }

  /** Round values within the scale, rising, about {@code most}. */
  List<Double> ticks(int most) {
    double step = step(most);
    List<Double> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  /** The label of a tick, with as many decimals as its neighbours need. */
  String text(double tick, int most) {
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step(most)) - 1e-9));
    if (decimals > 4 || Math.abs(tick) >= LARGE) {
      return plain(tick);
    }
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick == 0 ? 0.0 : tick);
  }

  /** A value to three significant digits. */
  static String plain(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    double size = Math.abs(value);
    return size >= 1e-4 && size < LARGE ? rounded.toPlainString() : rounded.toString();
  }

  private double step(int most) {
    double least = (high - low) / most;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double figure = least / power;
    return power * (figure <= 1 ? 1 : figure <= 2 ? 2 : figure <= 5 ? 5 : 10);
  }
}
