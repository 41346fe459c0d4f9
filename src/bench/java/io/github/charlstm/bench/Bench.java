package io.github.charlstm.bench;

import io.github.charlstm.recipe.HostInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.HelpFormatter;

/**
 * The program {@code scripts/bench}. Exit codes: 0 if all was measured (contenders that are not
 * installed are skipped), 1 if a contender failed, 2 for a wrong command line.
 */
public final class Bench {
  private final PrintStream out;
  private final PrintStream err;
  private final Path root;

  Bench(PrintStream out, PrintStream err, Path root) {
    this.out = out;
    this.err = err;
    this.root = root;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    Path root = Path.of(System.getProperty("bench.root", "")).toAbsolutePath();
    System.exit(new Bench(out, err, root).run(arguments));
  }

  int run(String[] arguments) throws IOException, InterruptedException {
    BenchFlags flags;
    List<Workload> workloads;
    List<Contender> contenders;
    try {
      flags = BenchFlags.parse(arguments);
      if (flags.help()) {
        help();
        return 0;
      }
      workloads = flags.only().isEmpty() ? Workloads.all() : Workloads.named(flags.only());
      contenders = chosen(flags);
    } catch (IllegalArgumentException e) {
      err.println("bench: " + e.getMessage());
      return 2;
    }
    Results results = measure(flags, workloads, contenders, circumstances(arguments, flags.plan()));
    if (flags.page().isPresent()) {
      write(flags.page().get(), Page.of(results));
    }
    if (flags.json().isPresent()) {
      write(flags.json().get(), Json.of(results));
    }
    return results.anyFailed() ? 1 : 0;
  }

  private Results measure(
      BenchFlags flags,
      List<Workload> workloads,
      List<Contender> contenders,
      Results.Circumstances circumstances)
      throws IOException, InterruptedException {
    Map<String, List<Workload>> groups = new LinkedHashMap<>();
    for (Workload workload : workloads) {
      groups.computeIfAbsent(workload.group(), name -> new ArrayList<>()).add(workload);
    }
    List<Section> sections = new ArrayList<>();
    for (Map.Entry<String, List<Workload>> group : groups.entrySet()) {
      err.println(group.getKey());
      Section section = new Rounds(flags.plan(), err::println).run(group.getValue(), contenders);
      if (section.rows().isEmpty()) {
        err.println("  none of the contenders that were asked for does this");
      } else {
        sections.add(section);
        out.println(Tables.of(section).text());
      }
    }
    Optional<List<StartUp.Result>> startUp = Optional.empty();
    boolean ours = contenders.stream().anyMatch(each -> each.name().equals(Contenders.OURS));
    if (ours && (flags.only().isEmpty() || flags.only().contains(Workloads.START_UP))) {
      err.println(Workloads.START_UP);
      startUp = Optional.of(new StartUp(root, flags.plan().rounds(), err::println).measure());
      out.println(Tables.startUp(startUp.get()).text());
    }
    return new Results(circumstances, sections, startUp);
  }

  private List<Contender> chosen(BenchFlags flags) {
    List<Contender> all = contenders(flags);
    List<String> names = all.stream().map(Contender::name).toList();
    for (String name : flags.contenders()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "--contenders: there is no '" + name + "'; there are " + String.join(", ", names));
      }
    }
    return all.stream()
        .filter(each -> flags.contenders().isEmpty() || flags.contenders().contains(each.name()))
        .toList();
  }

  private List<Contender> contenders(BenchFlags flags) {
    try {
      return new Contenders(root, flags.python()).all();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "not built (" + e.getMessage() + " cannot be read); start it by scripts/bench", e);
    }
  }

  private Results.Circumstances circumstances(String[] arguments, Competitor.Plan plan) {
    return new Results.Circumstances(
        HostInfo.machine(),
        HostInfo.commit(root),
        commandLine(arguments),
        LocalDate.now().toString(),
        load(),
        plan);
  }

  private double load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    int processors = Runtime.getRuntime().availableProcessors();
    if (load > processors / 2.0) {
      err.printf(
          Locale.ROOT,
          "bench: %.1f processes share %d processors; figures of a busy machine mean little%n",
          load,
          processors);
    }
    return load;
  }

  // Without the path of this machine's Python.
  private static String commandLine(String[] arguments) {
    StringBuilder line = new StringBuilder("scripts/bench");
    for (int k = 0; k < arguments.length; k++) {
      line.append(' ').append(arguments[k]);
      if (arguments[k].equals("--python") && k + 1 < arguments.length) {
        line.append(" PYTHON");
        k++;
      }
    }
    return line.toString();
  }

  private void write(Path file, String text) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Files.writeString(file, text);
    err.println("written: " + file);
  }

  private void help() {
    PrintWriter writer = new PrintWriter(out, true, StandardCharsets.UTF_8);
    new HelpFormatter()
        .printHelp(
            writer,
            100,
            "scripts/bench",
            "Measures charlstm against PyTorch, Deeplearning4j and Python's TensorFlow, in turn.",
            BenchFlags.options(),
            2,
            3,
            "Workloads: " + String.join(", ", Workloads.names()),
            true);
  }
}
