package io.github.charlstm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --deterministic}: the same bits on any number of processors. */
@Tag("crash")
class DeterminismTest {
  @TempDir Path place;

  // Large enough that without --deterministic the last bits differ.
  private Path trained(TextSubject subject, String name, int processors) throws Exception {
    Path run = place.resolve(name);
    List<String> line = new ArrayList<>(subject.begin(run, 4));
    line.set(line.indexOf("--batch-size") + 1, "32");
    line.set(line.indexOf("--lstm-size") + 1, "64");
    line.add("--deterministic");
    ChildProcess.Ended ended =
        Charlstm.run(List.of("-XX:ActiveProcessorCount=" + processors), line);
    assertThat(ended.code()).as(ended.err()).isZero();
    return run;
  }

  @Test
  void aDeterministicRunHasTheSameBitsOnOneProcessorAndOnEight() throws Exception {
    TextSubject subject = new TextSubject(place);
    Path one = trained(subject, "one", 1);
    Path eight = trained(subject, "eight", 8);
    assertThat(Comparison.differences(subject, one, eight)).isEmpty();
    assertThat(TrainingCheckpoint.open(one).settings().training().deterministic()).isTrue();
  }
}
