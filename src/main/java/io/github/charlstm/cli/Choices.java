package io.github.charlstm.cli;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.recipe.Experiment;
import io.github.charlstm.recipe.Experiments;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import java.util.List;
import java.util.Map;

/** The words that the value of a flag is one of, for shells to complete. */
final class Choices {
  private static final List<String> LOOPS = List.of("fused", "dynamic", "unrolled");

  // Flags whose values are words, by command and flag.
  private static final Map<String, List<String>> WORDS =
      Map.ofEntries(
          Map.entry("train --loop", LOOPS),
          Map.entry("train --precision", List.of("float32", "bfloat16")),
          Map.entry("classify --loop", LOOPS),
          Map.entry("classify --cross-entropy", List.of("printed", "stable")),
          Map.entry("export --format", List.of("saved-model", "tf1-checkpoint", "graphdef")),
          Map.entry("export --graph", List.of("sampling", "training")),
          Map.entry("import --from", List.of("char-rnn-tensorflow", "tf1-checkpoint")));
  private static final List<String> ENCODINGS =
      List.of(
          "UTF-8",
          "UTF-16",
          "UTF-16LE",
          "UTF-16BE",
          "UTF-32",
          "ISO-8859-1",
          "ISO-8859-15",
          "US-ASCII",
          "windows-1251",
          "windows-1252",
          "KOI8-R",
          "GB18030",
          "GBK",
          "Big5",
          "Shift_JIS",
          "EUC-JP",
          "EUC-KR");

  private Choices() {}

  /** Empty if the value may be anything, a file for instance. */
  static List<String> of(String command, String flag) {
    return switch (flag) {
      case "recipe" -> Recipes.all().stream().map(Recipe::name).toList();
      case TextFlags.ENCODING -> ENCODINGS;
      case TextFlags.ON_MALFORMED -> List.of("report", "replace");
      case "only" -> Experiments.all().stream().map(Experiment::name).toList();
      default -> WORDS.getOrDefault(command + " --" + flag, List.of());
    };
  }

  /** Whether a flag's value may also be the name of a data set that is a text. */
  static boolean takesDataSet(String command, String flag) {
    return flag.equals("data") && List.of("train", "evaluate").contains(command)
        || flag.equals("text") && command.equals("visualize");
  }

  static List<String> texts() {
    return DataSets.all().stream().filter(DataSet::isText).map(DataSet::name).toList();
  }

  static List<String> dataSets() {
    return DataSets.all().stream().map(DataSet::name).toList();
  }
}
