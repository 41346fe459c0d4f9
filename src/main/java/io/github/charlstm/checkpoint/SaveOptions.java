package io.github.charlstm.checkpoint;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Options of one {@link Saver#save(org.tensorflow.Session, java.nio.file.Path, SaveOptions)}, with
 * the names and defaults of {@code tf.train.Saver.save}.
 */
public final class SaveOptions {
  final OptionalLong globalStep;
  final String latestFilename;
  final String metaGraphSuffix;
  final boolean writeMetaGraph;
  final boolean writeState;
  final boolean stripDefaultAttrs;

  private SaveOptions(Builder options) {
    globalStep = options.globalStep;
    latestFilename = options.latestFilename;
    metaGraphSuffix = options.metaGraphSuffix;
    writeMetaGraph = options.writeMetaGraph;
    writeState = options.writeState;
    stripDefaultAttrs = options.stripDefaultAttrs;
  }

  /** {@return options at their defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** The options by name. */
  public static final class Builder {
    private OptionalLong globalStep = OptionalLong.empty();
    private String latestFilename = CheckpointState.FILE_NAME;
    private String metaGraphSuffix = "meta";
    private boolean writeMetaGraph = true;
    private boolean writeState = true;
    private boolean stripDefaultAttrs;

    private Builder() {}

    /**
     * A step of 0 or more that is appended to the path: {@code model.ckpt-100}; none by default.
     */
    public Builder globalStep(long step) {
      if (step < 0) {
        throw new IllegalArgumentException("globalStep: expected 0 or more, found " + step);
      }
      this.globalStep = OptionalLong.of(step);
      return this;
    }

    /** The name of the state file, in the checkpoint's folder; {@code checkpoint} by default. */
    public Builder latestFilename(String name) {
      this.latestFilename = CheckpointState.requireFileName(name);
      return this;
    }

    /** The ending of the meta graph's file, without the dot; {@code meta} by default. */
    public Builder metaGraphSuffix(String suffix) {
      this.metaGraphSuffix = Objects.requireNonNull(suffix, "suffix");
      return this;
    }

    /** Whether the graph is written beside the checkpoint; true by default. */
    public Builder writeMetaGraph(boolean write) {
      this.writeMetaGraph = write;
      return this;
    }

    /**
     * Whether the state file is replaced and older checkpoints are deleted; true by default. A
     * checkpoint that is written without is not counted among the last ones.
     */
    public Builder writeState(boolean write) {
      this.writeState = write;
      return this;
    }

    /** Whether the meta graph omits attributes at their defaults; false by default. */
    public Builder stripDefaultAttrs(boolean strip) {
      this.stripDefaultAttrs = strip;
      return this;
    }

    /** {@return the options} */
    public SaveOptions build() {
      return new SaveOptions(this);
    }
  }
}
