package io.github.charlstm.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedSlice;
import org.tensorflow.proto.SavedSliceMeta;
import org.tensorflow.proto.SavedTensorSliceMeta;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorSliceProto;

/**
 * Reads a V1 checkpoint: one table or several, each complete by itself.
 *
 * <p>The empty key holds the list of tensors, their shapes, types and slices; every other key
 * ({@link TensorSlice#key}) holds the values of one slice. A tensor in one piece has one slice, of
 * all elements; a tensor's slices may be in several files.
 */
final class V1Reader {
  private static final int FORMAT_VERSION = 1;
  private static final int CHUNK_ELEMENTS = 1 << 16;

  private final Map<String, Place> places = new HashMap<>();
  private final SortedMap<String, Listed> tensors = new TreeMap<>();

  /** A tensor, its slices in all files, and the first file that lists it. */
  private record Listed(Path file, TensorInfo info, List<TensorSliceProto> slices) {}

  /** Where a slice's values are, with their checksum when the file was opened. */
  private record Place(Path file, TableReader.Place inTable, int checksum) {}

  private V1Reader() {}

  /**
   * The tensors by name. Every file is read once from end to end, the checksum of every block is
   * checked, and slices cover their tensor exactly.
   */
  static SortedMap<String, StoredTensor> read(List<Path> files) {
    V1Reader all = new V1Reader();
    files.forEach(all::scan);
    SortedMap<String, StoredTensor> stored = new TreeMap<>();
    all.tensors.forEach((name, tensor) -> stored.put(name, all.tensor(tensor)));
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
            Place place = new Place(file, inTable, TableReader.MaskedCrc.of(value));
            if (places.put(TensorSlice.keyText(key), place) != null) {
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
    CheckpointFiles.requireFormat(file, meta[0].getVersions(), FORMAT_VERSION);
    meta[0].getTensorList().forEach(tensor -> list(file, tensor));
  }

  private void list(Path file, SavedSliceMeta tensor) {
    String name = tensor.getName();
    if (name.isEmpty()) {
      throw CheckpointException.damaged(file, "it lists a tensor without a name");
    }
    TensorInfo info =
        new TensorInfo(name, tensor.getType(), DataTypes.shape(file, name, tensor.getShape()));
    Listed listed = tensors.computeIfAbsent(name, key -> new Listed(file, info, new ArrayList<>()));
    if (!listed.info().equals(info)) {
      throw CheckpointException.damaged(
          file,
          "tensor %s is %s in it and %s in another file"
              .formatted(name, info.typeAndShape(), listed.info().typeAndShape()));
    }
    listed.slices().addAll(tensor.getSliceList());
  }

  private StoredTensor tensor(Listed tensor) {
    return StoredTensor.ofSlices(
        tensor.file(),
        tensor.info(),
        tensor.slices(),
        places,
        (slice, place, proto) -> {
          // an element takes a byte at least; so a damaged shape cannot allocate more than the file
          if (slice.shape().size() > place.inTable().length()) {
            throw CheckpointException.damaged(
                place.file(),
                "tensor %s of %s cannot be in %s bytes"
                    .formatted(slice.name(), slice.typeAndShape(), place.inTable().length()));
          }
          return new ProtoValues(slice, place, proto);
        });
  }

  /** Values as a TensorProto, which is read into memory as a whole. */
  private record ProtoValues(TensorInfo info, Place place, TensorSliceProto slice)
      implements StoredTensor.Values {

    @Override
    public void stream(Consumer<ByteBuffer> consumer) {
      TensorProto values = load();
      int width = DataTypes.bytesPerElement(info.dtype());
      int count = DataTypes.count(values, info.dtype());
      if (count < 0) {
        throw CheckpointException.of(
            "checkpoint file %s: tensor %s is %s, a type that cannot be read from the V1 format",
            place.file(), info.name(), info.typeAndShape());
      }
      int bytes = Math.min(count, CHUNK_ELEMENTS) * width;
      ByteBuffer chunk = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int next = 0; next < count; ) {
        chunk.clear();
        while (next < count && chunk.hasRemaining()) {
          DataTypes.put(values, info.dtype(), next++, chunk);
        }
        consumer.accept(chunk.flip());
      }
    }

    @Override
    public List<byte[]> strings() {
      return load().getStringValList().stream().map(ByteString::toByteArray).toList();
    }

    @Override
    public void verify() {
      load();
    }

    private TensorProto load() {
      ByteBuffer bytes = TableReader.read(place.file(), place.inTable());
      if (TableReader.MaskedCrc.of(bytes) != place.checksum()) {
        throw damaged("have changed since the file was opened");
      }
      SavedSlice saved;
      try {
        saved = SavedTensorSlices.parseFrom(bytes).getData();
      } catch (InvalidProtocolBufferException e) {
        throw damaged("cannot be decoded");
      }
      if (!saved.getName().equals(info.name()) || !saved.getSlice().equals(slice)) {
        throw damaged("are those of another: " + saved.getName());
      }
      DataType dtype = saved.getData().getDtype();
      if (dtype != DataType.DT_INVALID && dtype != info.dtype()) {
        throw damaged("are listed as " + info.dtype() + ", but stored as " + dtype);
      }
      int count = DataTypes.count(saved.getData(), info.dtype());
      if (count >= 0 && count != info.shape().size()) {
        throw damaged("are " + count + ", expected " + info.shape().size());
      }
      return saved.getData();
    }

    private CheckpointException damaged(String what) {
      return CheckpointException.damaged(
          place.file(), "the values of tensor %s %s".formatted(info.name(), what));
    }
  }
}
