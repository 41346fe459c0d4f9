package io.github.charlstm.doctor;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSetCache;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.InvalidDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The data sets in the cache. None need be there. */
final class DataCheck {
  private static final String TOPIC = "data";

  private DataCheck() {}

  static List<CheckResult> look(Path folder) {
    DataSetCache cache = new DataSetCache(folder);
    List<String> here = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<CheckResult> findings = new ArrayList<>();
    for (DataSet dataSet : DataSets.all()) {
      try {
        boolean found = dataSet.isEmbedded() || cache.find(dataSet).isPresent();
        (found ? here : missing).add(dataSet.name());
      } catch (InvalidDataException e) {
        String fetch = "charlstm data fetch " + dataSet.name();
        findings.add(CheckResult.warning(TOPIC, dataSet.name(), e.getMessage(), fetch));
      }
    }
    findings.add(0, CheckResult.ok(TOPIC, "found", String.join(", ", here)));
    if (!missing.isEmpty()) {
      findings.add(
          1,
          CheckResult.ok(
              TOPIC, "not here", String.join(", ", missing) + " (fetched when they are needed)"));
    }
    return findings;
  }
}
