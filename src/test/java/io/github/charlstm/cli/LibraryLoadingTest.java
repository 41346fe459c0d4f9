package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("machine")
class LibraryLoadingTest {

  @Test
  void worksWhileTheLibraryIsLoading() {
    CountDownLatch worked = new CountDownLatch(1);
    AtomicBoolean together = new AtomicBoolean();

    String result =
        TrainCommand.whileLoading(
            () -> together.set(await(worked)),
            () -> {
              worked.countDown();
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(together).as("loading waited for the work and ended before the return").isTrue();
  }

  @Test
  void loadsTheLibraryToItsEndThoughTheWorkFails() {
    AtomicBoolean loaded = new AtomicBoolean();
    CountDownLatch failing = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                TrainCommand.whileLoading(
                    () -> loaded.set(await(failing)),
                    () -> {
                      failing.countDown();
                      throw new UsageException("no such file");
                    }))
        .isInstanceOf(UsageException.class)
        .hasMessage("no such file");
    assertThat(loaded).isTrue();
  }

  @Test
  void namesTheReasonWhenTheLibraryCannotBeLoaded() {
    assertThatThrownBy(
            () ->
                TrainCommand.whileLoading(
                    () -> {
                      throw new UnsatisfiedLinkError("libm is too old");
                    },
                    () -> {
                      throw new NoClassDefFoundError("Could not initialize class");
                    }))
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessage("libm is too old");
  }

  @Test
  void leavesAnErrorOfTheWorkAloneWhenTheLibraryIsLoaded() {
    assertThatThrownBy(
            () ->
                TrainCommand.whileLoading(
                    () -> {},
                    () -> {
                      throw new NoClassDefFoundError("another");
                    }))
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessage("another");
  }

  @Test
  void saysThatJavaHadNoMemoryToLoadTheLibrary() {
    assertThatThrownBy(
            () ->
                TrainCommand.whileLoading(
                    () -> {
                      throw new OutOfMemoryError("Java heap space");
                    },
                    () -> "done"))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void doesNotNeedTheLibraryForWorkThatDoesNot() {
    String result =
        TrainCommand.whileLoading(
            () -> {
              throw new UnsatisfiedLinkError("libm is too old");
            },
            () -> "done");

    assertThat(result).isEqualTo("done");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
