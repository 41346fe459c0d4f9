package io.github.charlstm.cli;

import java.util.List;
import org.apache.commons.cli.Options;

final class DoctorCommand implements Command {
  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String summary() {
    return "check Java, TensorFlow, processor, memory, disk and data sets; for bug reports";
  }

  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public List<String> examples() {
    return List.of("doctor");
  }

  @Override
  public void run(Flags flags, Console console) {}
}
