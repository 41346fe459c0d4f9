package io.github.charlstm.foreign;

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
  /**
   * Copies the tags.
   *
   * @param tags sorted here
   * @param signature not null
   * @param roles not null
   * @param trusted false refuses such operations
   */
  public ForeignModelOptions {
    tags = new TreeSet<>(tags);
    Objects.requireNonNull(signature, "signature");
    Objects.requireNonNull(roles, "roles");
  }

  /**
   * {@return the defaults: tag {@code serve}, the default signature, no tensor named, not trusted}
   */
  public static ForeignModelOptions defaults() {
    return new ForeignModelOptions(Set.of("serve"), Optional.empty(), RoleMap.empty(), false);
  }

  /**
   * {@return the same with other roles}
   *
   * @param other tensors that the user names
   */
  public ForeignModelOptions withRoles(RoleMap other) {
    return new ForeignModelOptions(tags, signature, other, trusted);
  }

  /**
   * {@return the same with a signature's key}
   *
   * @param key such as {@code serving_default}
   */
  public ForeignModelOptions withSignature(String key) {
    return new ForeignModelOptions(tags, Optional.of(key), roles, trusted);
  }

  /**
   * {@return the same with other tags}
   *
   * @param other which graph of a SavedModel
   */
  public ForeignModelOptions withTags(Set<String> other) {
    return new ForeignModelOptions(other, signature, roles, trusted);
  }

  /** {@return the same, trusted} */
  public ForeignModelOptions asTrusted() {
    return new ForeignModelOptions(tags, signature, roles, true);
  }
}
