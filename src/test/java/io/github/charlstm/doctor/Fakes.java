package io.github.charlstm.doctor;

/** Programs in the place of the one that loads TensorFlow. */
final class Fakes {
  private Fakes() {}

  /** All is well. */
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

  /** The library computes nonsense. */
  static final class Wrong {
    public static void main(String[] arguments) {
      System.out.println("tensorflow 2.99");
      System.out.println("product wrong");
    }
  }

  /** The library takes the process down, as by an instruction that the processor has not. */
  static final class Crashed {
    public static void main(String[] arguments) {
      System.err.println("# A fatal error has been detected");
      Runtime.getRuntime().halt(132);
    }
  }

  /** The library is not there. */
  static final class Unlinked {
    public static void main(String[] arguments) {
      System.out.println("platform linux-riscv64");
      System.out.println("jar ");
      System.out.println("natives /somewhere");
      throw new UnsatisfiedLinkError("no jnitensorflow in java.library.path");
    }
  }
}
