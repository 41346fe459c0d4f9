package io.github.charlstm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@AnalyzeClasses(
    packages = "io.github.charlstm",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String HOME = "io.github.charlstm.";

  /** For each package, the packages that it may use: the table of docs/architecture.md. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          entry("graph", List.of()),
          entry("checkpoint", List.of()),
          entry("data", List.of()),
          entry("machine", List.of()),
          entry("cell", List.of("graph")),
          entry("loop", List.of("graph")),
          entry("rnn", List.of("graph", "cell", "loop", "machine")),
          entry("sample", List.of("data")),
          entry("model", List.of("graph", "cell", "rnn", "checkpoint", "sample", "data")),
          entry("train", List.of("sample", "model", "checkpoint", "data")),
          entry("tensorboard", List.of("train", "model", "checkpoint", "data")),
          entry("report", List.of("train", "sample", "model", "checkpoint", "data")),
          entry("foreign", List.of("sample", "model", "checkpoint", "data", "graph")),
          entry("interop", List.of("train", "sample", "model", "checkpoint", "data", "graph")),
          entry(
              "recipe",
              List.of("report", "train", "sample", "model", "checkpoint", "data", "machine")),
          entry("doctor", List.of("report", "model", "data", "machine")));

  @ArchTest
  static void packagesUseOnlyWhatStandsBelowThem(JavaClasses classes) {
    MAY_USE.forEach(
        (name, allowed) -> {
          String[] others =
              Stream.concat(MAY_USE.keySet().stream(), Stream.of("cli"))
                  .filter(other -> !other.equals(name) && !allowed.contains(other))
                  .map(other -> HOME + other + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(HOME + name + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others)
              .check(classes);
        });
  }

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      SlicesRuleDefinition.slices().matching(HOME + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule dataAndSampleArePlainJava =
      noClasses()
          .that()
          .resideInAnyPackage(HOME + "data..", HOME + "sample..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.tensorflow..");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrintsOrExits =
      noClasses()
          .that()
          .resideOutsideOfPackage(HOME + "cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule staticFieldsAreFinal = noFields().that().areStatic().should().notBeFinal();

  // AWT needs fonts and native libraries that a small machine may lack.
  @ArchTest
  static final ArchRule onlyPngsNeedAwt =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.report\\.PngPicture(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.awt..", "javax.swing..", "javax.imageio..");
}
