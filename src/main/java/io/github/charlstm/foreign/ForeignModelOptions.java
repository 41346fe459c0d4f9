package io.github.charlstm.foreign;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How to open a model of another program. Begin with {@link #savedModel}, {@link #metaGraph} or
 * {@link #graphDef}.
 *
 * @param tags which graph of a SavedModel; default {@code serve}
 * @param signature key of the signature that names inputs and outputs; by default {@code
 *     serving_default}, or else the only one
 * @param roles tensors that the user names; they take precedence over the signature's
 * @param trusted whether operations that access files, processes or other machines may run
 */
public record ForeignModelOptions(
    Format format, Set<String> tags, Optional<String> signature, RoleMap roles, boolean trusted) {

  /** The formats of models. */
  public enum Format {
    /** A folder with {@code saved_model.pb} and variables ({@code tf.saved_model.load}). */
    SAVED_MODEL,
    /** A {@code .meta} file beside its checkpoint ({@code tf.train.import_meta_graph}). */
    META_GRAPH,
    /**
     * A file whose variables are constants ({@code tf.import_graph_def}): text if its name ends in
     * {@code .pbtxt}, else binary.
     */
    GRAPH_DEF
  }

  public ForeignModelOptions {
    tags = new TreeSet<>(tags);
  }

  private static ForeignModelOptions of(Format format) {
    return new ForeignModelOptions(
        format, Set.of("serve"), Optional.empty(), RoleMap.empty(), false);
  }

  /** {@return a SavedModel with tag {@code serve}, the default signature, no roles, not trusted} */
  public static ForeignModelOptions savedModel() {
    return of(Format.SAVED_MODEL);
  }

  /** {@return a MetaGraph with the default signature, no roles, not trusted} */
  public static ForeignModelOptions metaGraph() {
    return of(Format.META_GRAPH);
  }

  /** {@return a GraphDef without roles, not trusted} */
  public static ForeignModelOptions graphDef() {
    return of(Format.GRAPH_DEF);
  }

  /** {@return a copy with these roles} */
  public ForeignModelOptions withRoles(RoleMap other) {
    return new ForeignModelOptions(format, tags, signature, other, trusted);
  }
}
