package io.github.charlstm.doctor;

/** Stand-ins for the program that loads TensorFlow. */
final class Fakes {
  private Fakes() {}

  /** The library works. */
  static final class Right {
    public static void main(String[] arguments) {
      System.out.println("platform linux-x86_64");
      System.out.println("jar tensorflow-core-native-2.99-linux-x86_64.jar");
      System.out.println("natives /somewhere");
      System.out.println("tensorflow 2.99");
      System.out.println("onednn_verbose,info,cpu,isa:Intel AVX2");
      System.out.println("product right");
    }
  }

  /** The library multiplies wrongly. */
  static final class Wrong {
    public static void main(String[] arguments) {
      System.out.println("tensorflow 2.99");
      System.out.println("product wrong");
    }
  }

  /** The process ends with SIGILL, as by an instruction that the processor lacks. */
  static final class Crashed {
    public static void main(String[] arguments) {
      System.err.println("# A fatal error has been detected");
      Runtime.getRuntime().halt(132);
    }
  }

  /** There is no library. */
  static final class Unlinked {
    public static void main(String[] arguments) {
      System.out.println("platform linux-riscv64");
      System.out.println("jar ");
      System.out.println("natives /somewhere");
      throw new UnsatisfiedLinkError("no jnitensorflow in java.library.path");
    }
  }
}
