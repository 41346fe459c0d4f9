package io.github.charlstm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Numbers have the digits 0 to 9 in every locale. {@code %d} and its kin write those of the default
 * locale, so they need one named; {@code %s} writes an {@code int} as {@link Integer#toString}
 * does.
 */
class FormatTest {
  // letters after whose conversion the locale does not matter; "%,s" does not exist
  private static final Pattern FREE_OF_LOCALE = Pattern.compile("%[-# 0-9.$<]*[sbcnxX%]");

  @Test
  void theProductWritesNumbersInNoLocaleOfTheUser() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      List<JavaFileObject> sources = new ArrayList<>();
      compiler
          .getStandardFileManager(null, null, null)
          .getJavaFileObjectsFromPaths(
              files.filter(file -> file.toString().endsWith(".java")).toList())
          .forEach(sources::add);
      assertThat(sources).hasSizeGreaterThan(100);
      assertThat(formatsOfTheLocale(sources)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "String.format(\"%d\", 1)",
        "String.format(\"a %s\" + \"%,.2f\", 1, 2.0)",
        "\"%5d\".formatted(1)",
        "(\"a %s\" + \"%02d\").formatted(1, 2)",
        "System.out.printf(\"%1$e%n\", 1.0)",
        "String.format(FORMAT, 1)",
        "FORMAT.formatted(1)",
        "\"%S\".formatted(\"i\")",
      })
  void aNumberWithoutALocaleIsFound(String call) throws IOException {
    assertThat(formatsOfTheLocale(List.of(source(call)))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "String.format(Locale.ROOT, \"%d\", 1)",
        "System.out.printf(Locale.ROOT, FORMAT, 1)",
        "TextFlags.format(flags, base)",
        "time.format()",
        "String.format(\"%s of %-10s%n\", 1, 2)",
        "\"100 %%d, %04x, %02X\".formatted(1, 2)",
      })
  void othersAreNot(String call) throws IOException {
    assertThat(formatsOfTheLocale(List.of(source(call)))).isEmpty();
  }

  private static JavaFileObject source(String call) {
    return new SimpleJavaFileObject(URI.create("string:///A.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return "class A { void a() { " + call + "; } }";
      }
    };
  }

  private static List<String> formatsOfTheLocale(List<JavaFileObject> sources) throws IOException {
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler().getTask(null, null, null, null, null, sources);
    Trees trees = Trees.instance(task);
    List<String> found = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
          if (format(call).filter(FormatTest::followsTheLocale).isPresent()) {
            long start = trees.getSourcePositions().getStartPosition(unit, call);
            found.add(
                unit.getSourceFile().getName() + ":" + unit.getLineMap().getLineNumber(start));
          }
          return super.visitMethodInvocation(call, nothing);
        }
      }.scan(unit, null);
    }
    return found;
  }

  /** What a call gives to a formatter of the default locale. */
  private static Optional<ExpressionTree> format(MethodInvocationTree call) {
    if (!(call.getMethodSelect() instanceof MemberSelectTree method)) {
      return Optional.empty();
    }
    String name = method.getIdentifier().toString();
    if (name.equals("formatted")) {
      return Optional.of(method.getExpression());
    }
    boolean formats =
        name.equals("printf")
            || name.equals("format") && method.getExpression().toString().equals("String");
    return formats && !isLocale(call.getArguments().get(0))
        ? Optional.of(call.getArguments().get(0))
        : Optional.empty();
  }

  private static boolean isLocale(ExpressionTree argument) {
    return argument.toString().startsWith("Locale.");
  }

  private static boolean followsTheLocale(ExpressionTree format) {
    StringBuilder literals = new StringBuilder();
    boolean[] hasNames = {false}; // of constants or variables, whose values are not looked up
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitLiteral(LiteralTree literal, Void nothing) {
        literals.append(literal.getValue());
        return null;
      }

      @Override
      public Void visitIdentifier(IdentifierTree name, Void nothing) {
        hasNames[0] = true;
        return null;
      }
    }.scan(format, null);
    return hasNames[0] || FREE_OF_LOCALE.matcher(literals).replaceAll("").contains("%");
  }
}
