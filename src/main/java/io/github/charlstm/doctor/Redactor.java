package io.github.charlstm.doctor;

import java.util.regex.Pattern;

/**
 * Takes out of a text what names a person.
 *
 * @param home the user's home folder, which becomes {@code ~}
 * @param user the user's name, which becomes {@code USER} where it stands as a word
 */
public record Redactor(String home, String user) {
  // Names that nobody has.
  private static final Pattern NOBODY = Pattern.compile("|root|user|\\?|nobody|runner");

  /** {@return that of whoever runs this} */
  public static Redactor ours() {
    return new Redactor(System.getProperty("user.home", ""), System.getProperty("user.name", ""));
  }

  /**
   * Hides both.
   *
   * @param text any
   * @return the text without them
   */
  public String hide(String text) {
    String hidden = text;
    if (home.length() > 1) {
      hidden = hidden.replaceAll(Pattern.quote(home) + "(?![\\w.-])", "~");
    }
    return NOBODY.matcher(user).matches()
        ? hidden
        : hidden.replaceAll("(?<![\\w])" + Pattern.quote(user) + "(?![\\w])", "USER");
  }
}
