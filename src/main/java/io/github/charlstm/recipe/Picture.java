package io.github.charlstm.recipe;

import io.github.charlstm.report.PngUnavailableException;
import java.io.IOException;
import java.nio.file.Path;

/** A picture of the page: a PNG, or an SVG where Java has no fonts. */
interface Picture {

  void write(Path pngOrSvg) throws IOException;

  /**
   * Writes it into a folder.
   *
   * @param name of the file, without its ending
   * @return the file's name
   */
  default String write(Path folder, String name) throws IOException {
    try {
      write(folder.resolve(name + ".png"));
      return name + ".png";
    } catch (PngUnavailableException e) {
      write(folder.resolve(name + ".svg"));
      return name + ".svg";
    }
  }
}
