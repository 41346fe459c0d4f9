package io.github.charlstm.interop;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.InvalidDataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * A file that Python's {@code pickle} wrote, of any protocol: None, bool, int, float, str, bytes,
 * list, tuple, dict and {@code argparse.Namespace}. A file that names any other class or function
 * is rejected, and nothing of it is looked up or called.
 *
 * @param value tuples are {@code Object[]}, an {@code argparse.Namespace} is a {@link Namespace}
 * @param nonAsciiBytes whether a string of Python 2 had bytes beyond ASCII, which are in the value
 *     as the characters of the same number
 */
record PickleFile(Path file, Object value, boolean nonAsciiBytes) {
  /** The largest file that is read, in bytes. */
  static final int MAXIMUM_BYTES = 16 << 20;

  /** Python's {@code argparse.Namespace}: attributes by name. */
  record Namespace(Map<String, Object> attributes) {}

  static PickleFile read(Path file) {
    PlainUnpickler unpickler = new PlainUnpickler(bytes(file));
    try {
      return new PickleFile(file, unpickler.load(unpickler.bytes), unpickler.nonAsciiBytes);
    } catch (RejectedException e) {
      throw new InvalidDataException(
          file
              + " is rejected, nothing of it was run: the pickle "
              + e.getMessage()
              + "; only plain values and argparse.Namespace are read",
          e);
    } catch (IOException e) {
      throw new InvalidDataException(
          file + " is no complete Python pickle: it ends too early (" + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      throw new InvalidDataException(file + " is no Python pickle, or a damaged one", e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidDataException(file + " is a folder: expected a Python pickle");
      }
      long size = Files.size(file);
      if (size > MAXIMUM_BYTES) {
        throw new InvalidDataException(
            file + " is too large for a pickle: " + size + " bytes, at most " + MAXIMUM_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidDataException("cannot read " + file + ": " + FileFailures.reason(e), e);
    }
  }

  /** A value for messages, in Python's words. */
  static String describe(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof String text) {
      return "the string '" + (text.length() <= 20 ? text : text.substring(0, 20) + "...") + "'";
    }
    if (value instanceof Boolean || value instanceof Number) {
      String text = value.toString();
      return text.length() <= 40 ? text : "a long number";
    }
    return switch (value.getClass().getSimpleName()) {
      case "Object[]" -> "a tuple";
      case "ArrayList" -> "a list";
      case "LinkedHashMap", "HashMap" -> "a dict";
      case "byte[]" -> "bytes";
      case "Namespace" -> "an argparse.Namespace";
      default -> "something else";
    };
  }

  /** The pickle asks for something that is not allowed. */
  private static final class RejectedException extends PickleException {
    private static final long serialVersionUID = 1L;

    RejectedException(String what) {
      super(what);
    }
  }

  /**
   * Reads pickles of plain values and of {@code argparse.Namespace}; nothing else of a pickle is
   * ever looked up, constructed or called.
   *
   * <p>A pickle is a program for a stack machine. Opcodes that make plain values are passed to the
   * library once their length is known to fit the file. Those that name classes, build objects or
   * fill dicts are handled here, because the library would look classes up in a list of its own and
   * call setters by reflection.
   */
  private static final class PlainUnpickler extends Unpickler {
    private static final String PLAIN =
        "NIJKLMFGSTUVX()]}tla.gphjqr"
            + "\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u0080"
            + "BC\u008c\u008d\u008e\u0094\u0095";
    private static final int LONGEST_NUMBER = 400;

    private final ByteArrayInputStream bytes;
    private boolean nonAsciiBytes;

    PlainUnpickler(byte[] pickle) {
      bytes = new ByteArrayInputStream(pickle);
    }

    @Override
    protected Object dispatch(short key) throws IOException {
      switch (key) {
        case Opcodes.GLOBAL ->
            stack.add(global(PickleUtils.readline(bytes), PickleUtils.readline(bytes)));
        case Opcodes.STACK_GLOBAL -> {
          String name = (String) stack.pop();
          stack.add(global((String) stack.pop(), name));
        }
        case Opcodes.INST ->
            throw new RejectedException(
                "makes an object of the class "
                    + printable(PickleUtils.readline(bytes) + "." + PickleUtils.readline(bytes)));
        case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
          Object[] arguments = (Object[]) stack.pop();
          stack.add(((Global) stack.pop()).construct(arguments));
        }
        case Opcodes.BUILD -> build(stack.pop());
        case Opcodes.DICT -> {
          Map<Object, Object> dict = new LinkedHashMap<>();
          putAll(dict, stack.pop_all_since_marker());
          stack.add(dict);
        }
        case Opcodes.APPENDS -> { // the library copies the whole list each time it grows
          List<Object> items = stack.pop_all_since_marker();
          this.<List<Object>>top().addAll(items);
        }
        case Opcodes.SETITEMS -> {
          List<Object> items = stack.pop_all_since_marker();
          putAll(top(), items);
        }
        case Opcodes.SETITEM -> {
          Object value = stack.pop();
          Object name = stack.pop();
          putAll(top(), Arrays.asList(name, value));
        }
        default -> {
          return plain(key);
        }
      }
      return NO_RETURN_VALUE;
    }

    // NumPy's arrays and numbers have an equivalent, so the message names the remedy.
    private Global global(String module, String name) {
      if (!module.matches("numpy(\\..*)?")) {
        return Global.of(module, name);
      }
      // the key of a dict's entry is below its value on the stack
      boolean entry = stack.size() > 0 && stack.peek() instanceof String;
      throw new RejectedException(
          (entry ? "has for '" + shortened((String) stack.peek()) + "' a value" : "has a value")
              + " of NumPy ("
              + printable(module + "." + name)
              + "): convert every such value with int() or float(), arrays with tolist(), and"
              + " pickle again");
    }

    private Object plain(short key) throws IOException {
      if (PLAIN.indexOf(key) < 0) {
        throw new RejectedException(
            String.format("has the opcode 0x%02x, which plain values do not need", key));
      }
      requireLength(key);
      Object value = super.dispatch(key);
      if ("STU".indexOf(key) >= 0) {
        nonAsciiBytes |= ((String) stack.peek()).chars().anyMatch(symbol -> symbol > 127);
      }
      return value;
    }

    // The library allocates a stated length before it reads.
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
          throw new IOException("a length exceeds the file");
        }
      } else if ("ILF".indexOf(key) >= 0 && PickleUtils.readline(bytes).length() > LONGEST_NUMBER) {
        throw new RejectedException("has a number of more than " + LONGEST_NUMBER + " digits");
      }
      bytes.reset();
    }

    private void build(Object state) {
      if (!(stack.peek() instanceof Namespace namespace) || !(state instanceof Map<?, ?> map)) {
        throw new RejectedException("sets the state of something that is no argparse.Namespace");
      }
      map.forEach((name, value) -> namespace.attributes().put((String) name, value));
    }

    @SuppressWarnings("unchecked")
    private <T> T top() {
      return (T) stack.peek();
    }

    // A container as a key would be hashed element by element, at any depth.
    private static void putAll(Map<Object, Object> dict, List<Object> items) {
      for (int k = 0; k < items.size(); k += 2) {
        Object name = items.get(k);
        if (!(name instanceof String || name instanceof Number)) {
          throw new RejectedException("has a dict whose keys are neither strings nor numbers");
        }
        dict.put(name, items.get(k + 1));
      }
    }

    private static String printable(String name) {
      return shortened(name.replaceAll("[^\\w.<>-]", "?"));
    }

    private static String shortened(String text) {
      String plain = text.replaceAll("\\p{Cntrl}", "?");
      return plain.length() <= 80 ? plain : plain.substring(0, 80) + "...";
    }

    /** The three globals in the pickle of a Namespace, by their names in Python 2 and 3. */
    private enum Global implements IObjectConstructor {
      NAMESPACE,
      OBJECT,
      RECONSTRUCTOR;

      static Global of(String module, String name) {
        return switch (module + " " + name) {
          case "argparse Namespace" -> NAMESPACE;
          case "builtins object", "__builtin__ object" -> OBJECT;
          case "copyreg _reconstructor", "copy_reg _reconstructor" -> RECONSTRUCTOR;
          default -> throw new RejectedException("asks for " + printable(module + "." + name));
        };
      }

      @Override
      public Object construct(Object[] arguments) {
        boolean isNamespace =
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
        if (!isNamespace) {
          throw new RejectedException("makes an object that is no argparse.Namespace");
        }
        return new Namespace(new LinkedHashMap<>());
      }
    }
  }
}
