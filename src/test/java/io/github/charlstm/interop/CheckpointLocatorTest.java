package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointLocatorTest {
  @TempDir Path root;
  private Path save;

  @BeforeEach
  void name() {
    save = root.resolve("save");
  }

  @Test
  void theCheckpointIsFoundWithoutItsStateFileOrWithAnotherMachines() throws IOException {
    EditedFolder.write(PythonFixture.saveFolder("lstm_3_kernel"), save, "9", tensors -> {});
    for (String file : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(save.resolve("model.ckpt-9" + file), save.resolve("model.ckpt-30" + file));
    }
    assertThat(Importer.CheckpointLocator.find(save).prefix()).hasFileName("model.ckpt-30");
    assertThat(Importer.CheckpointLocator.find(save).note())
        .get()
        .asString()
        .contains("is missing");
    new CheckpointState("C:\\Users\\me\\save\\model.ckpt-9", List.of()).write(save);
    assertThat(Importer.CheckpointLocator.find(save).prefix()).hasFileName("model.ckpt-9");
    assertThat(Importer.CheckpointLocator.find(save).note()).isEmpty();
    new CheckpointState("/home/me/save/model.ckpt-40", List.of()).write(save);
    assertThat(Importer.CheckpointLocator.find(save).prefix()).hasFileName("model.ckpt-30");
    assertThat(Importer.CheckpointLocator.find(save).note())
        .get()
        .asString()
        .contains("/home/me/save/model.ckpt-40");
    assertThat(Importer.CheckpointLocator.find(save.resolve("model.ckpt-9.index")).number())
        .hasValue(9);
    assertThatThrownBy(() -> Importer.CheckpointLocator.find(save.resolve("model.ckpt-7")))
        .hasMessageContaining("model.ckpt-7");
    assertThatThrownBy(() -> Importer.CheckpointLocator.find(root))
        .hasMessageContaining("no checkpoint");
  }

  @Test
  void checkpointsOfTheOldFormatAndOfTheBookAreFoundByTheirNames() throws IOException {
    assertThat(Importer.CheckpointLocator.find(PythonFixture.saveFolder("lstm_1_linear")).prefix())
        .hasFileName("model.ckpt-30");
    Path shards = PythonFixture.RESOURCES.resolve("checkpoints/checkpoint_v1_shards.tf-2.15.1");
    assertThat(Importer.CheckpointLocator.find(shards).number()).hasValue(50);
    assertThat(Importer.CheckpointLocator.find(shards).note()).isEmpty();
    Files.createDirectories(save);
    for (String name :
        List.of(
            "i200_l512.ckpt.index",
            "i3960_l512.ckpt.index",
            "i3960_l512.ckpt.meta",
            "i3960_l512.ckpt.data-00000-of-00001",
            "model.ckpt-4000.meta")) {
      Files.createFile(save.resolve(name));
    }
    assertThat(Importer.CheckpointLocator.find(save).prefix()).hasFileName("i3960_l512.ckpt");
    assertThat(Importer.CheckpointLocator.find(save).number()).hasValue(3960);
  }
}
