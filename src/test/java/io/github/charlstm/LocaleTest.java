package io.github.charlstm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.text.Collator;
import java.text.DateFormat;
import java.text.DecimalFormat;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Calendar;
import java.util.Formatter;
import java.util.Scanner;

/** The user's language, country and character set change nothing; {@link FormatTest} has more. */
@AnalyzeClasses(
    packages = "io.github.charlstm",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LocaleTest {

  @ArchTest
  static final ArchRule nothingFollowsTheLocale =
      noClasses()
          .should()
          .callMethod(String.class, "toLowerCase")
          .orShould()
          .callMethod(String.class, "toUpperCase")
          .orShould()
          .callMethod(PrintStream.class, "format", String.class, Object[].class)
          .orShould()
          .callMethod(PrintWriter.class, "format", String.class, Object[].class)
          .orShould()
          .callMethod(DateTimeFormatter.class, "ofPattern", String.class)
          .orShould()
          .callMethod(NumberFormat.class, "getInstance")
          .orShould()
          .callMethod(NumberFormat.class, "getNumberInstance")
          .orShould()
          .callMethod(NumberFormat.class, "getIntegerInstance")
          .orShould()
          .callMethod(NumberFormat.class, "getPercentInstance")
          .orShould()
          .callMethod(Calendar.class, "getInstance")
          .orShould()
          .callMethod(Collator.class, "getInstance")
          .orShould()
          .callConstructor(DecimalFormat.class)
          .orShould()
          .callConstructor(DecimalFormat.class, String.class)
          .orShould()
          .callConstructor(SimpleDateFormat.class, String.class)
          .orShould()
          .callConstructor(Formatter.class)
          .orShould()
          .callConstructor(Formatter.class, Appendable.class)
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Scanner.class, MessageFormat.class, DateFormat.class);

  @ArchTest
  static final ArchRule nothingFollowsTheDefaultCharacterSet =
      noClasses()
          .should()
          .callMethod(Charset.class, "defaultCharset")
          .orShould()
          .callMethod(String.class, "getBytes")
          .orShould()
          .callConstructor(String.class, byte[].class)
          .orShould()
          .callConstructor(String.class, byte[].class, int.class, int.class)
          .orShould()
          .callMethod(ByteArrayOutputStream.class, "toString")
          .orShould()
          .callMethod(Process.class, "inputReader")
          .orShould()
          .callMethod(Process.class, "errorReader")
          .orShould()
          .callMethod(Process.class, "outputWriter")
          .orShould()
          .callConstructor(InputStreamReader.class, InputStream.class)
          .orShould()
          .callConstructor(OutputStreamWriter.class, OutputStream.class)
          .orShould()
          .callConstructor(FileReader.class, File.class)
          .orShould()
          .callConstructor(FileReader.class, String.class)
          .orShould()
          .callConstructor(FileWriter.class, File.class)
          .orShould()
          .callConstructor(FileWriter.class, String.class)
          .orShould()
          .callConstructor(PrintStream.class, OutputStream.class)
          .orShould()
          .callConstructor(PrintStream.class, OutputStream.class, boolean.class)
          .orShould()
          .callConstructor(PrintWriter.class, OutputStream.class);

  @ArchTest
  static final ArchRule nothingFollowsTheTimeZone =
      noClasses().should().callMethod(ZoneId.class, "systemDefault");
}
