package io.github.charlstm.interop;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How to open a model of another program.
 *
 * @param tags which graph of a SavedModel; default {@code serve}
 * @param signature key of the signature that says which tensor does what; by default {@code
 *     serving_default}, or else the only one
 * @param roles tensors that the user names; they come before the signature's
 * @param trusted whether operations that reach files, processes or other machines may run
 */
public record ForeignModelOptions(
    Set<String> tags, Optional<String> signature, RoleMap roles, boolean trusted) {
  /** Copies the tags. */
  public ForeignModelOptions {
    tags = new TreeSet<>(tags);
    Objects.requireNonNull(signature, "signature");
    Objects.requireNonNull(roles, "roles");
  }

  /** Tag {@code serve}, the default signature, no tensor named, not trusted. */
  public static ForeignModelOptions defaults() {
    return new ForeignModelOptions(Set.of("serve"), Optional.empty(), RoleMap.empty(), false);
  }

  /** The same with other roles. */
  public ForeignModelOptions withRoles(RoleMap other) {
    return new ForeignModelOptions(tags, signature, other, trusted);
  }

  /** The same with a signature's key. */
  public ForeignModelOptions withSignature(String key) {
    return new ForeignModelOptions(tags, Optional.of(key), roles, trusted);
  }

  /** The same with other tags. */
  public ForeignModelOptions withTags(Set<String> other) {
    return new ForeignModelOptions(other, signature, roles, trusted);
  }

  /** The same, trusted. */
  public ForeignModelOptions asTrusted() {
    return new ForeignModelOptions(tags, signature, roles, true);
  }
}
