package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.SavedSliceMeta;
import org.tensorflow.proto.SavedTensorSliceMeta;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorSliceProto;

/**
 * Reads the lists of a V1 checkpoint, which is one table or several, each whole by itself.
 *
 * <p>The empty key holds the list of tensors, their shapes, types and slices; every other key
 * ({@link SliceKey}) holds the values of one slice. A tensor in one piece has one slice, of all
 * elements; a tensor's slices may be in several files.
 */
final class V1Reader {
  private static final int FORMAT_VERSION = 1;

  private final Map<String, SliceFileValues.Place> places = new HashMap<>();
  private final SortedMap<String, TensorInfo> infos = new TreeMap<>();
  private final Map<String, Path> listedIn = new HashMap<>();
  private final Map<String, List<TensorSliceProto>> slices = new HashMap<>();

  private V1Reader() {}

  /**
   * The tensors by name. Every block's checksum is right and slices cover their tensor exactly.
   *
   * @param files all files of the checkpoint; each is read once from end to end
   */
  static SortedMap<String, StoredTensor> read(List<Path> files) {
    V1Reader all = new V1Reader();
    files.forEach(all::scan);
    SortedMap<String, StoredTensor> stored = new TreeMap<>();
    all.infos.forEach((name, info) -> stored.put(name, all.tensor(info)));
    if (!all.places.isEmpty()) {
      throw CheckpointException.damaged(
          all.places.values().iterator().next().file(), "it has values that belong to no tensor");
    }
    return stored;
  }

  private void scan(Path file) {
    SavedTensorSliceMeta[] meta = new SavedTensorSliceMeta[1];
    TableReader.forEach(
        file,
        (key, value, inTable) -> {
          if (key.length > 0) {
            SliceFileValues.Place place =
                new SliceFileValues.Place(file, inTable, MaskedCrc.of(value));
            if (places.put(SliceKey.asText(key), place) != null) {
              throw CheckpointException.damaged(file, "a slice in it is in another file too");
            }
            return;
          }
          try {
            SavedTensorSlices list = SavedTensorSlices.parseFrom(value);
            meta[0] = list.hasMeta() ? list.getMeta() : null;
          } catch (InvalidProtocolBufferException e) {
            throw CheckpointException.damaged(file, "its list of tensors cannot be decoded");
          }
        });
    if (meta[0] == null) {
      throw CheckpointException.damaged(
          file, "it has no list of tensors, so it is no checkpoint of the V1 format");
    }
    if (meta[0].getVersions().getMinConsumer() > FORMAT_VERSION) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s needs a reader of format %s; this one knows format %s",
              file, meta[0].getVersions().getMinConsumer(), FORMAT_VERSION));
    }
    meta[0].getTensorList().forEach(tensor -> list(file, tensor));
  }

  private void list(Path file, SavedSliceMeta tensor) {
    String name = tensor.getName();
    if (name.isEmpty()) {
      throw CheckpointException.damaged(file, "it lists a tensor without a name");
    }
    TensorInfo info =
        new TensorInfo(name, tensor.getType(), DataTypes.shape(file, name, tensor.getShape()));
    TensorInfo before = infos.putIfAbsent(name, info);
    if (before != null && !before.equals(info)) {
      throw CheckpointException.damaged(
          file,
          String.format(
              "tensor %s is %s in it and %s in another file",
              name, info.typeAndShape(), before.typeAndShape()));
    }
    listedIn.put(name, file);
    slices.computeIfAbsent(name, key -> new ArrayList<>()).addAll(tensor.getSliceList());
  }

  private StoredTensor tensor(TensorInfo info) {
    Path file = listedIn.get(info.name());
    List<StoredTensor.Part> parts = new ArrayList<>();
    for (TensorSliceProto proto : slices.get(info.name())) {
      TensorSlice slice = TensorSlice.of(file, info, proto);
      SliceFileValues.Place place = places.remove(SliceKey.asText(SliceKey.of(info.name(), proto)));
      if (place == null) {
        throw CheckpointException.damaged(
            file, "a slice of tensor " + info.name() + " is missing, or is named twice");
      }
      TensorInfo part = new TensorInfo(info.name(), info.dtype(), slice.shape());
      // each element takes a byte at least; this keeps a damaged shape from asking for memory
      if (part.shape().size() > place.inTable().length()) {
        throw CheckpointException.damaged(
            place.file(),
            String.format(
                "tensor %s of %s cannot be in %s bytes",
                info.name(), part.typeAndShape(), place.inTable().length()));
      }
      parts.add(new StoredTensor.Part(slice, new SliceFileValues(part, place, proto)));
    }
    TensorSlice.requireExactCover(
        file, info, parts.stream().map(StoredTensor.Part::slice).toList());
    return new StoredTensor(info, List.copyOf(parts));
  }
}
