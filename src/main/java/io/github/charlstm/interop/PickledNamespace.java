package io.github.charlstm.interop;

import java.util.LinkedHashMap;
import java.util.Map;

/** Python's {@code argparse.Namespace}: attributes by name. */
record PickledNamespace(Map<String, Object> attributes) {

  PickledNamespace() {
    this(new LinkedHashMap<>());
  }
}
