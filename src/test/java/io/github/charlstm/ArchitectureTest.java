package io.github.charlstm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(
    packages = "io.github.charlstm",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String HOME = "io.github.charlstm.";

  @ArchTest
  static final ArchRule arrowsRunOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy(HOME + "cli..")
          .layer("reproduce")
          .definedBy(HOME + "reproduce..")
          .layer("doctor")
          .definedBy(HOME + "doctor..")
          .layer("interop")
          .definedBy(HOME + "interop..")
          .layer("recipe")
          .definedBy(HOME + "recipe..")
          .layer("page")
          .definedBy(HOME + "page..")
          .layer("train")
          .definedBy(HOME + "train..")
          .layer("sample")
          .definedBy(HOME + "sample..")
          .layer("report")
          .definedBy(HOME + "report..")
          .layer("model")
          .definedBy(HOME + "model..")
          .layer("rnn")
          .definedBy(HOME + "rnn..")
          .layer("loop")
          .definedBy(HOME + "loop..")
          .layer("cell")
          .definedBy(HOME + "cell..")
          .layer("graph")
          .definedBy(HOME + "graph..")
          .layer("checkpoint")
          .definedBy(HOME + "checkpoint..")
          .layer("summary")
          .definedBy(HOME + "summary..")
          .layer("machine")
          .definedBy(HOME + "machine..")
          .layer("data")
          .definedBy(HOME + "data..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("reproduce")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("doctor")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("page")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("interop")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("recipe")
          .mayOnlyBeAccessedByLayers("cli", "reproduce")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("cli", "page", "reproduce", "recipe", "interop")
          .whereLayer("sample")
          .mayOnlyBeAccessedByLayers("cli", "page", "reproduce", "recipe", "interop")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli", "page", "reproduce", "doctor", "recipe", "interop")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers(
              "cli",
              "page",
              "reproduce",
              "doctor",
              "recipe",
              "interop",
              "train",
              "sample",
              "report")
          .whereLayer("rnn")
          .mayOnlyBeAccessedByLayers("model")
          .whereLayer("loop")
          .mayOnlyBeAccessedByLayers("rnn")
          .whereLayer("cell")
          .mayOnlyBeAccessedByLayers("model", "rnn")
          .whereLayer("graph")
          .mayOnlyBeAccessedByLayers("interop", "model", "rnn", "loop", "cell")
          .whereLayer("checkpoint")
          .mayOnlyBeAccessedByLayers(
              "cli", "page", "reproduce", "recipe", "interop", "train", "sample", "report", "model")
          .whereLayer("summary")
          .mayOnlyBeAccessedByLayers("train")
          .whereLayer("machine")
          .mayOnlyBeAccessedByLayers("cli", "reproduce", "doctor", "rnn")
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers(
              "cli",
              "page",
              "reproduce",
              "doctor",
              "recipe",
              "interop",
              "train",
              "sample",
              "report",
              "model");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      SlicesRuleDefinition.slices().matching(HOME + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule dataIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage(HOME + "data..")
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
