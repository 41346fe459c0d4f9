package io.github.charlstm.doctor;

import static io.github.charlstm.doctor.CheckResult.ok;
import static io.github.charlstm.doctor.CheckResult.problem;
import static io.github.charlstm.doctor.CheckResult.problemIf;
import static io.github.charlstm.doctor.CheckResult.warning;
import static io.github.charlstm.doctor.CheckResult.warningIf;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSetCache;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.machine.Cgroup;
import io.github.charlstm.machine.Memory;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import io.github.charlstm.model.SessionOptions;
import io.github.charlstm.report.PngUnavailableException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All checks of {@code charlstm doctor}. The folders of runs and of data sets need not exist.
 *
 * @param probe name of a class with a main method that loads TensorFlow and prints what {@link
 *     TensorFlowCheck} reads
 * @param bfloat16 reason why TensorFlow has no matrix products in bfloat16, empty if it has; called
 *     only if the library loads
 */
public record Doctor(
    Path runs,
    Path cache,
    Map<String, String> environment,
    String probe,
    Supplier<Optional<String>> bfloat16) {

  private static final String JAVA = "java";
  private static final String PROCESSOR = "processor";
  private static final String THREADS = "threads";
  private static final String MEMORY = "memory";
  private static final String DISK = "disk";
  private static final String DATA = "data";

  private static final long MEGABYTE = 1 << 20;
  // A text takes a byte or more per character; recipe demo and its loss curve fit below this.
  private static final long SMALL_HEAP = 200 * MEGABYTE;
  // Memory of the process while it trains recipe demo, and recipe anna (2 x 512).
  private static final long DEMO = 500 * MEGABYTE;
  private static final long ANNA = 1000 * MEGABYTE;
  // Five checkpoints of 2 x 512 with Adam's slots.
  private static final long RUNS_MEGABYTES = 200;
  private static final long DATA_SETS_MEGABYTES = 50;
  private static final long TEMPORARY_MEGABYTES = 10;

  private static final String PASSTHROUGH =
      "in a virtual machine, expose the host's CPU to the guest (CPU passthrough)";
  static final String NEEDS_AVX = "TensorFlow's library needs a processor with AVX; " + PASSTHROUGH;
  private static final List<String> FEATURES =
      List.of(
          ("avx avx2 fma avx512f avx512_vnni avx512_bf16 avx512_fp16 avx_vnni amx_tile amx_int8"
                  + " amx_bf16 asimd bf16 sve")
              .split(" "));

  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/gpus");

  private static final int PYTHON_SECONDS = 600; // only a hang takes so long
  // Reads versions without importing TensorFlow, which takes seconds.
  private static final String PYTHON_VERSIONS =
      """
      import sys
      from importlib import metadata
      def version(name):
          try:
              return metadata.version(name)
          except metadata.PackageNotFoundError:
              return None
      names = ["tensorflow", "tensorflow-cpu", "tf-keras", "keras", "numpy"]
      found = [n + " " + version(n) for n in names if version(n)]
      print("Python " + sys.version.split()[0] + ", " + (", ".join(found) or "no tensorflow"))
      """;

  public Doctor {
    environment = Map.copyOf(environment);
  }

  /** {@return the results of all checks, topic by topic} A check that throws gives a warning. */
  public List<CheckResult> check() {
    List<CheckResult> all = new ArrayList<>();
    Processor processor = Processor.here();
    TensorFlowCheck library = new TensorFlowCheck(probe, processor);
    add(all, JAVA, () -> java(Runtime.version(), environment));
    add(all, TensorFlowCheck.TOPIC, TensorFlowCheck::cLibrary);
    add(all, TensorFlowCheck.TOPIC, library::check);
    add(all, PROCESSOR, () -> processor(processor, library.loads()));
    if (library.loads()) {
      add(
          all,
          PROCESSOR,
          () -> kernels(library.instructions(), processor.features(), bfloat16.get()));
    }
    add(all, PROCESSOR, () -> List.of(graphics(NVIDIA)));
    add(all, THREADS, () -> threads(processor));
    add(all, MEMORY, () -> List.of(heap(Runtime.getRuntime().maxMemory()), memory(Memory.here())));
    add(all, DISK, () -> disk(runs, cache, library.natives(), library.loads()));
    add(all, DATA, () -> dataSets(cache));
    add(all, "pictures", () -> List.of(png(PngUnavailableException.here())));
    add(all, "python", () -> List.of(python(environment)));
    return all;
  }

  private static void add(List<CheckResult> all, String topic, Supplier<List<CheckResult>> check) {
    try {
      all.addAll(check.get());
    } catch (RuntimeException | LinkageError e) {
      all.add(warning(topic, "check", "failed: " + e, "report this as a bug"));
    }
  }

  static List<CheckResult> java(Runtime.Version version, Map<String, String> environment) {
    Properties properties = System.getProperties();
    String vm = properties.getProperty("java.vendor") + ", " + properties.get("java.vm.name");
    String options =
        String.join(
            " ",
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(o -> o.matches("(-X|--enable-native|--illegal-native|--sun-misc).*"))
                .toList());
    List<CheckResult> results = new ArrayList<>();
    String found = version + ", " + vm;
    boolean isOld = version.feature() < 17;
    results.add(problemIf(isOld, JAVA, "version", found, "install Java 17 or newer"));
    results.add(system(properties));
    results.add(fileNames(properties));
    results.add(ok(JAVA, "options", options.isEmpty() ? "none" : options));
    String advice = "every Java takes options from this variable; unset it if Java misbehaves";
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")) {
      if (environment.containsKey(variable)) {
        results.add(warning(JAVA, variable, environment.get(variable), advice));
      }
    }
    return results;
  }

  /** Whether TensorFlow-Java has a library for this operating system and architecture. */
  static CheckResult system(Properties properties) {
    String system = properties.getProperty("os.name");
    String architecture = properties.getProperty("os.arch");
    String found = system + " " + properties.getProperty("os.version") + ", " + architecture;
    boolean arm = architecture.equals("aarch64");
    boolean intel = List.of("amd64", "x86_64").contains(architecture);
    if ("32".equals(properties.getProperty("sun.arch.data.model"))) {
      return problem(JAVA, "system", found + ", 32 bits", "TensorFlow needs a 64-bit JDK");
    }
    if (system.startsWith("Mac") && intel) {
      String advice =
          "TensorFlow-Java has no library for Intel Macs: on Apple silicon install a Java for"
              + " aarch64; else use Linux, in a virtual machine or a container";
      return problem(JAVA, "system", found, advice);
    }
    boolean supported =
        system.equals("Linux")
            ? intel || arm
            : system.startsWith("Mac") ? arm : system.startsWith("Windows") && intel;
    String advice =
        "TensorFlow-Java has libraries for Linux (x86-64, arm64), macOS (arm64) and Windows"
            + " (x86-64) only";
    return problemIf(!supported, JAVA, "system", found, advice);
  }

  /** Java opens non-ASCII file names only if the system's encoding has their characters. */
  static CheckResult fileNames(Properties properties) {
    String encoding = properties.getProperty("sun.jnu.encoding", "UTF-8");
    boolean all =
        properties.getProperty("os.name").startsWith("Windows")
            || Charset.isSupported(encoding) && Charset.forName(encoding).name().equals("UTF-8");
    String advice =
        "files with non-ASCII characters in their names cannot be opened; set LC_ALL=C.UTF-8";
    return warningIf(!all, JAVA, "file names", encoding, advice);
  }

  static List<CheckResult> processor(Processor processor, boolean loads) {
    String speed = processor.emulated() ? " (emulated: training is many times slower)" : "";
    CheckResult model = ok(PROCESSOR, "model", processor.name() + speed);
    return processor.features().isEmpty()
        ? List.of(model)
        : List.of(model, features(processor.features(), loads));
  }

  static CheckResult features(Set<String> features, boolean loads) {
    String found = String.join(" ", FEATURES.stream().filter(features::contains).toList());
    found = found.isEmpty() ? "none of " + String.join(" ", FEATURES) : found;
    if (lacksAvx(features) && !loads) {
      return problem(PROCESSOR, "features", found, NEEDS_AVX);
    }
    boolean isSlow = isIntel(features) && !features.contains("avx2");
    String advice = "without AVX2 training is several times slower; " + PASSTHROUGH;
    return warningIf(isSlow, PROCESSOR, "features", found, advice);
  }

  /**
   * GPUs, which TensorFlow-Java's library for processors does not use.
   *
   * @param nvidia folder in which the driver lists its GPUs
   */
  static CheckResult graphics(Path nvidia) {
    if (!Files.isDirectory(nvidia)) {
      return ok(PROCESSOR, "GPU", "none found; training and sampling use the processor only");
    }
    List<String> models = new ArrayList<>();
    try (DirectoryStream<Path> gpus = Files.newDirectoryStream(nvidia)) {
      for (Path gpu : gpus) {
        Path information = gpu.resolve("information");
        Files.readAllLines(information).stream()
            .filter(line -> line.startsWith("Model:"))
            .forEach(line -> models.add(line.substring("Model:".length()).strip()));
      }
    } catch (IOException e) {
      models.add("NVIDIA (" + FileFailures.reason(e) + ")");
    }
    return ok(
        PROCESSOR,
        "GPU",
        String.join(", ", models) + ": not used; training and sampling use the processor only");
  }

  static boolean lacksAvx(Set<String> features) {
    return isIntel(features) && !features.contains("avx");
  }

  private static boolean isIntel(Set<String> features) {
    return features.contains("sse2"); // every x86-64 processor has it
  }

  /** The instruction set is oneDNN's; {@code noBfloat16} is as {@link #bfloat16}. */
  static List<CheckResult> kernels(
      Optional<String> instructions, Set<String> features, Optional<String> noBfloat16) {
    List<CheckResult> results = new ArrayList<>();
    instructions.ifPresent(name -> results.add(ok(PROCESSOR, "oneDNN uses", name)));
    boolean fast =
        Set.of("amx_bf16", "avx512_bf16", "bf16").stream().anyMatch(features::contains)
            && instructions.filter(name -> name.contains("bfloat16")).isPresent();
    results.add(
        ok(
            PROCESSOR,
            "bfloat16",
            noBfloat16
                .map(reason -> "no `precision` bfloat16: " + reason)
                .orElse(
                    "`precision` bfloat16 works; it is "
                        + (fast ? "faster than float32" : "slower than float32 here"))));
    return results;
  }

  private static List<CheckResult> threads(Processor processor) {
    int usable = Runtime.getRuntime().availableProcessors();
    SessionOptions.Threads threads = SessionOptions.threadsOfFusedLoop(usable);
    List<CheckResult> results = new ArrayList<>();
    results.add(processors(usable, processor.count(), Cgroup.here().processors()));
    load(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), processor.count())
        .ifPresent(results::add);
    results.add(
        ok(
            THREADS,
            "TensorFlow",
            "%s lanes in the fused loop, %s intra-op, %s inter-op"
                .formatted(threads.lanes(), threads.intraOp(), threads.interOp())));
    return results;
  }

  /** The limit is that of the control group; empty if there is none. */
  static CheckResult processors(int usable, int all, String limit) {
    String found =
        usable + " of the machine's " + all + (limit.isEmpty() ? "" : "; cgroup limit " + limit);
    String advice =
        "training uses the smaller number; look for taskset, a container's set of processors"
            + " and -XX:ActiveProcessorCount";
    return warningIf(usable < all && limit.isEmpty(), THREADS, "processors", found, advice);
  }

  /** The average counts runnable processes in the last minute; below 0 if unknown. */
  static Optional<CheckResult> load(double average, int processors) {
    String slow = average > processors ? ": other programs slow training down" : "";
    String found = String.format(Locale.ROOT, "%.1f on %d processors%s", average, processors, slow);
    return average < 0 ? Optional.empty() : Optional.of(ok(THREADS, "load", found));
  }

  static CheckResult heap(long most) {
    String found = megabytes(most) + " at most";
    String advice = "too small for long texts; give it more with CHARLSTM_JAVA_OPTS=-Xmx1g";
    return warningIf(most < SMALL_HEAP, MEMORY, "Java's heap", found, advice);
  }

  static CheckResult memory(Memory memory) {
    if (memory.total() == 0) {
      return ok(MEMORY, "machine", "unknown");
    }
    boolean isLimited = memory.most() < memory.total();
    boolean isFreeKnown = memory.available() > 0;
    String found =
        megabytes(memory.total())
            + (isFreeKnown ? ", of which " + megabytes(memory.available()) + " are free" : "")
            + (isLimited ? "; cgroup limit " + megabytes(memory.limit()) : "");
    long usable = isFreeKnown ? Math.min(memory.most(), memory.available()) : memory.most();
    String needs =
        usable < DEMO
            ? "training takes at least " + megabytes(DEMO)
            : "enough for recipe demo; anna, 2 x 512, takes " + megabytes(ANNA);
    String remedy = isLimited ? "raise the container's limit" : "end other programs";
    String advice = needs + ": " + remedy + ", or lower `lstm_size` or `batch_size`";
    return warningIf(usable < ANNA, MEMORY, "machine", found, advice);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / MEGABYTE);
  }

  /** TensorFlow's library is unpacked in {@code natives}, and loads from there or not. */
  static List<CheckResult> disk(Path runs, Path cache, Optional<Path> natives, boolean loads) {
    List<CheckResult> results = new ArrayList<>();
    String runAdvice = "name another folder with `run`, or make this one writable";
    results.add(folder("runs", runs, RUNS_MEGABYTES, false, runAdvice));
    String cacheAdvice = "name another folder with the variable CHARLSTM_CACHE";
    results.add(folder("data sets", cache, DATA_SETS_MEGABYTES, false, cacheAdvice));
    String nativesAdvice = TensorFlowCheck.OTHER_FOLDER;
    long megabytes = TensorFlowCheck.UNPACKED_MEGABYTES;
    natives.ifPresent(
        place ->
            results.add(
                loads
                    ? ok(DISK, "natives", place + ": in use")
                    : folder("natives", place, megabytes, false, nativesAdvice)));
    results.add(temporary(Path.of(System.getProperty("java.io.tmpdir"))));
    return results;
  }

  // Java does not create this folder.
  static CheckResult temporary(Path folder) {
    String name = "temporary files";
    String advice = "name another folder with CHARLSTM_JAVA_OPTS=-Djava.io.tmpdir=FOLDER";
    return Files.isDirectory(folder)
        ? folder(name, folder, TEMPORARY_MEGABYTES, true, advice)
        : problem(DISK, name, folder + ": no such folder", advice);
  }

  /**
   * Whether files can be written to a folder, or to the nearest folder above it that exists; if
   * not, it is a problem where it is required, else a warning.
   */
  static CheckResult folder(
      String name, Path folder, long megabytes, boolean isRequired, String advice) {
    Path existing = folder.toAbsolutePath().normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return warning(DISK, name, folder + ": no such disk", advice);
    }
    String shown = folder + (Files.exists(folder) ? "" : " (not there yet)");
    try {
      Files.delete(Files.createTempFile(existing, "charlstm-doctor", ".tmp"));
    } catch (IOException e) {
      String reason = shown + ": cannot be written to (" + FileFailures.reason(e) + ")";
      return isRequired ? problem(DISK, name, reason, advice) : warning(DISK, name, reason, advice);
    }
    long total = existing.toFile().getTotalSpace();
    return space(name, shown + ": writable", total, existing.toFile().getUsableSpace(), megabytes);
  }

  /** The sizes are in bytes; {@code total} is 0 if unknown. */
  static CheckResult space(String name, String shown, long total, long free, long megabytes) {
    String found = total == 0 ? shown : shown + ", " + megabytes(free) + " free";
    String advice = "free some space on that disk: " + megabytes + " MB may be needed there";
    return warningIf(total > 0 && free < megabytes * MEGABYTE, DISK, name, found, advice);
  }

  static List<CheckResult> dataSets(Path folder) {
    DataSetCache cache = new DataSetCache(folder);
    List<String> here = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<CheckResult> damaged = new ArrayList<>();
    for (DataSet dataSet : DataSets.all()) {
      try {
        boolean found = dataSet.isEmbedded() || cache.find(dataSet).isPresent();
        (found ? here : missing).add(dataSet.name());
      } catch (InvalidDataException e) {
        String fetch = "charlstm data fetch " + dataSet.name();
        damaged.add(warning(DATA, dataSet.name(), e.getMessage(), fetch));
      }
    }
    List<CheckResult> results = new ArrayList<>();
    results.add(ok(DATA, "found", String.join(", ", here)));
    if (!missing.isEmpty()) {
      String note = " (fetched when they are needed)";
      results.add(ok(DATA, "not here", String.join(", ", missing) + note));
    }
    results.addAll(damaged);
    return results;
  }

  static CheckResult png(Optional<PngUnavailableException> failure) {
    return failure
        .map(e -> warning("pictures", "PNG", "cannot be drawn (" + e.reason() + ")", e.advice()))
        .orElse(ok("pictures", "PNG", "can be drawn"));
  }

  private static CheckResult python(Map<String, String> environment) {
    for (String name : List.of("python3", "python")) {
      Optional<Subprocess> answer =
          Subprocess.run(new ProcessBuilder(name, "-c", PYTHON_VERSIONS), PYTHON_SECONDS);
      if (answer.isPresent() && answer.get().code() == 0) {
        String virtual = environment.containsKey("VIRTUAL_ENV") ? ", in a virtual environment" : "";
        return ok("python", "version", answer.get().out().strip() + virtual);
      }
    }
    return ok(
        "python", "version", "none; needed only to open exports, for scripts/bench and .ci/run");
  }
}
