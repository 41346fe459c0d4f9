package io.github.charlstm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@AnalyzeClasses(
    packages = "io.github.charlstm",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String HOME = "io.github.charlstm.";

  // a row of the table of packages: | `name` | contents | `used`, `used` |
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\|.*\\|([^|]*)\\|");

  /** For each package, the packages that it may use: the table of docs/architecture.md. */
  private static Map<String, Set<String>> allowedUses() throws IOException {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("docs", "architecture.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> used =
            Stream.of(row.group(2).split(","))
                .map(name -> name.replace("`", "").strip())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        uses.put(row.group(1), used);
      }
    }
    return uses;
  }

  @ArchTest
  static void theTableOfPackagesListsEachPackage(JavaClasses classes) throws IOException {
    Set<String> packages =
        classes.stream()
            .map(type -> type.getPackageName() + ".")
            .filter(name -> name.length() > HOME.length())
            .map(name -> name.substring(HOME.length()).replaceAll("\\..*", ""))
            .collect(Collectors.toSet());
    assertThat(allowedUses().keySet()).containsExactlyInAnyOrderElementsOf(packages);
  }

  @ArchTest
  static void packagesUseOnlyWhatTheTableAllows(JavaClasses classes) throws IOException {
    Map<String, Set<String>> uses = allowedUses();
    uses.forEach(
        (name, allowed) -> {
          String[] others =
              uses.keySet().stream()
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
  static final ArchRule onlyPicturesNeedAwt =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.(report\\.PngPicture|data\\.GreyPicture)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.awt..", "javax.swing..", "javax.imageio..");
}
