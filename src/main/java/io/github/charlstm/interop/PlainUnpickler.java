package io.github.charlstm.interop;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads pickles of plain values and of {@code argparse.Namespace}; nothing else of a pickle is ever
 * looked up, constructed or called.
 *
 * <p>A pickle is a program for a small machine. Opcodes are let through one by one: those that make
 * plain values go to the library once their length is known to fit the file; those that name
 * classes, build objects or fill dicts are done here, because the library would look classes up in
 * a list of its own and call setters by reflection.
 */
final class PlainUnpickler extends Unpickler {
  private static final String PLAIN =
      "NIJKLMFGSTUVX()]}tla.gphjqr"
          + "\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u0080"
          + "BC\u008c\u008d\u008e\u0094\u0095";
  private static final int LONGEST_NUMBER = 400;

  private final ByteArrayInputStream bytes;
  private boolean foreignBytes;

  /** Something that the pickle asks for and must not get. */
  static final class RefusedException extends PickleException {
    private static final long serialVersionUID = 1L;

    RefusedException(String what) {
      super(what);
    }
  }

  // The three names that a Namespace's pickle has, in the spelling of both Pythons.
  private enum Known implements IObjectConstructor {
    NAMESPACE,
    OBJECT,
    RECONSTRUCTOR;

    @Override
    public Object construct(Object[] arguments) {
      boolean whole =
          switch (this) {
            case NAMESPACE -> arguments.length == 0;
            case OBJECT -> false;
            // copy_reg._reconstructor(argparse.Namespace, object, None)
            case RECONSTRUCTOR ->
                arguments.length == 3
                    && arguments[0] == NAMESPACE
                    && arguments[1] == OBJECT
                    && arguments[2] == null;
          };
      if (!whole) {
        throw new RefusedException("makes an object that is no argparse.Namespace");
      }
      return new PickledNamespace();
    }

    static Known named(String module, String name) {
      return switch (module + " " + name) {
        case "argparse Namespace" -> NAMESPACE;
        case "builtins object", "__builtin__ object" -> OBJECT;
        case "copyreg _reconstructor", "copy_reg _reconstructor" -> RECONSTRUCTOR;
        default -> throw new RefusedException("asks for " + shown(module) + "." + shown(name));
      };
    }

    private static String shown(String name) {
      return line(name.replaceAll("[^\\w.<>-]", "?"));
    }

    private static String line(String text) {
      String printable = text.replaceAll("\\p{Cntrl}", "?");
      return printable.length() <= 80 ? printable : printable.substring(0, 80) + "...";
    }
  }

  PlainUnpickler(byte[] pickle) {
    bytes = new ByteArrayInputStream(pickle);
  }

  /**
   * The value; numbers as boxed by the library, tuples as {@code Object[]}.
   *
   * @throws IOException if the pickle ends too early
   * @throws RuntimeException if it is damaged or asks for what it must not get
   */
  Object read() throws IOException {
    return load(bytes);
  }

  /** Whether a string of Python 2 had bytes beyond ASCII: they stand for no characters yet. */
  boolean foreignBytes() {
    return foreignBytes;
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    switch (key) {
      case Opcodes.GLOBAL ->
          stack.add(named(PickleUtils.readline(bytes), PickleUtils.readline(bytes)));
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(named((String) stack.pop(), name));
      }
      case Opcodes.INST ->
          throw new RefusedException(
              "makes an object of the class "
                  + Known.shown(PickleUtils.readline(bytes))
                  + "."
                  + Known.shown(PickleUtils.readline(bytes)));
      case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
        Object[] arguments = (Object[]) stack.pop();
        stack.add(((Known) stack.pop()).construct(arguments));
      }
      case Opcodes.BUILD -> build(stack.pop());
      case Opcodes.DICT -> {
        Map<Object, Object> dict = new LinkedHashMap<>();
        putAll(dict, stack.pop_all_since_marker());
        stack.add(dict);
      }
      case Opcodes.APPENDS -> {
        List<Object> items = stack.pop_all_since_marker();
        list().addAll(items);
      }
      case Opcodes.SETITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        putAll(dict(), items);
      }
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object name = stack.pop();
        putAll(dict(), Arrays.asList(name, value));
      }
      default -> {
        return plain(key);
      }
    }
    return NO_RETURN_VALUE;
  }

  // What an array or a number of NumPy stands for is known, so the remedy can be said.
  private Known named(String module, String name) {
    if (!module.matches("numpy(\\..*)?")) {
      return Known.named(module, name);
    }
    // An entry's key lies below its value.
    boolean entry = stack.size() > 0 && stack.peek() instanceof String;
    throw new RefusedException(
        (entry ? "has for '" + Known.line((String) stack.peek()) + "' a value" : "has a value")
            + " of NumPy ("
            + Known.shown(module + "." + name)
            + "): convert every such value with int() or float(), arrays with tolist(), and pickle"
            + " again");
  }

  private Object plain(short key) throws IOException {
    if (PLAIN.indexOf(key) < 0) {
      throw new RefusedException(
          String.format("has the opcode 0x%02x, which plain values do not need", key));
    }
    requireLength(key);
    Object value = super.dispatch(key);
    if ("STU".indexOf(key) >= 0) {
      foreignBytes |= ((String) stack.peek()).chars().anyMatch(symbol -> symbol > 127);
    }
    return value;
  }

  // The library makes room for what a length says before it reads.
  private void requireLength(short key) throws IOException {
    int width =
        switch (key) {
          case Opcodes.BINSTRING, Opcodes.BINBYTES, Opcodes.BINUNICODE, Opcodes.LONG4 -> 4;
          case Opcodes.BINUNICODE8, Opcodes.BINBYTES8 -> 8;
          default -> 0;
        };
    bytes.mark(0);
    if (width > 0) {
      byte[] field = PickleUtils.readbytes(bytes, width);
      long length =
          width == 8 ? PickleUtils.bytes_to_long(field, 0) : PickleUtils.bytes_to_uint(field, 0);
      if (length < 0 || length > bytes.available()) {
        throw new IOException("a length reaches beyond the end");
      }
    } else if ("ILF".indexOf(key) >= 0 && PickleUtils.readline(bytes).length() > LONGEST_NUMBER) {
      throw new RefusedException("has a number of more than " + LONGEST_NUMBER + " digits");
    }
    bytes.reset();
  }

  private void build(Object state) {
    if (!(stack.peek() instanceof PickledNamespace namespace)
        || !(state instanceof Map<?, ?> map)) {
      throw new RefusedException("sets the state of something that is no argparse.Namespace");
    }
    map.forEach((name, value) -> namespace.attributes().put((String) name, value));
  }

  // The library copies the whole list each time it grows.
  @SuppressWarnings("unchecked")
  private List<Object> list() {
    return (List<Object>) stack.peek();
  }

  @SuppressWarnings("unchecked")
  private Map<Object, Object> dict() {
    return (Map<Object, Object>) stack.peek();
  }

  // A container as a key would be hashed element by element, however deep it is.
  private static void putAll(Map<Object, Object> dict, List<Object> items) {
    for (int k = 0; k < items.size(); k += 2) {
      Object name = items.get(k);
      if (!(name instanceof String || name instanceof Number)) {
        throw new RefusedException("has a dict whose keys are neither strings nor numbers");
      }
      dict.put(name, items.get(k + 1));
    }
  }
}
