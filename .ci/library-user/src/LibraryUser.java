import io.github.charlstm.examples.SineWave;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs before and after the program of docs/library.md, through Logback. */
public final class LibraryUser {
  public static void main(String[] arguments) {
    Logger log = LoggerFactory.getLogger(LibraryUser.class);
    log.info("logger {}", log.getClass().getName());
    SineWave.main(arguments);
    log.info("done");
  }
}
