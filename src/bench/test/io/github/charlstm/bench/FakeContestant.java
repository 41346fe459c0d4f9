package io.github.charlstm.bench;

import java.util.Arrays;

/** A contender for tests; its first argument selects what it does. */
final class FakeContestant {
  private FakeContestant() {}

  public static void main(String[] arguments) {
    String[] task = Arrays.copyOfRange(arguments, 1, arguments.length);
    ContestantServer.serve(task, ignored -> build(arguments[0]));
  }

  private static Contestant build(String behaviour) {
    if (behaviour.equals("unbuildable")) {
      throw new IllegalStateException("cannot be built");
    }
    return new Contestant() {
      private int steps;

      @Override
      public String describe() {
        return "fake, " + behaviour;
      }

      @Override
      public double step() {
        steps++;
        System.out.println("a library prints " + steps);
        if (behaviour.equals("crashing") && steps > 2) {
          System.err.println("a last word");
          Runtime.getRuntime().halt(42);
        }
        return behaviour.equals("diverging") ? Double.NaN : steps;
      }

      @Override
      public void close() {}
    };
  }
}
