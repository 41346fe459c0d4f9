package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TextReference.HeldOut;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A text of its own to validate or to test on, if there is one. */
record HeldOutText(HeldOut reference, Optional<CharacterText> text) {
  static final HeldOutText NONE = new HeldOutText(HeldOut.NONE, Optional.empty());
  static final int VALIDATION = 0;
  static final int TEST = 1;

  private static HeldOutText of(String source, CharacterText text) {
    return new HeldOutText(new HeldOut(source, text.sha256()), Optional.of(text));
  }

  static HeldOutText of(Path file, TextFormat format, Console console) {
    return of(
        file.toAbsolutePath().normalize().toString(), TrainingData.file(file, format, console));
  }

  /** Of a data set that is one of three: the one to validate on, or to test on. */
  static HeldOutText besides(DataSet dataSet, int which, Console console) {
    if (!dataSet.equals(DataSets.PTB)) {
      return NONE;
    }
    DataSet other = List.of(DataSets.PTB_VALID, DataSets.PTB_TEST).get(which);
    return of(other.name(), TrainingData.characters(other, console));
  }

  /** What a flag names; a share takes the place of a text that belongs to the other. */
  static HeldOutText of(
      Flags flags, Flag<HeldOutPart> flag, HeldOutText own, TextFormat format, Console console) {
    return flags
        .find(flag)
        .map(part -> part.file().map(file -> of(file, format, console)).orElse(NONE))
        .orElse(own);
  }

  /** What a run had before, unless a flag or the run's text brings one. */
  static HeldOutText again(
      Flags flags,
      Flag<HeldOutPart> flag,
      HeldOutText own,
      HeldOut before,
      TextReference text,
      Console console) {
    if (flags.has(flag) || own.reference.isKnown() || !before.isKnown()) {
      return of(flags, flag, own, text.read(), console);
    }
    return TrainingData.dataSet(before.source())
        .map(dataSet -> of(dataSet.name(), TrainingData.characters(dataSet, console)))
        .orElseGet(() -> of(Flag.parsePath(before.source()), text.read(), console));
  }
}
