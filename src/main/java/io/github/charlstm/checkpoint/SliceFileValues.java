package io.github.charlstm.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedSlice;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorSliceProto;

/**
 * Values in a file of the V1 format: a TensorProto with one number after the other in the field of
 * its type. It is taken whole into memory.
 *
 * @param info the slice's name, type and shape
 * @param place where it is
 * @param slice as the list of tensors states it
 */
record SliceFileValues(TensorInfo info, Place place, TensorSliceProto slice)
    implements StoredValues {
  private static final int CHUNK_ELEMENTS = 1 << 16;

  /**
   * Where a slice is.
   *
   * @param file one file of the checkpoint
   * @param inTable there
   * @param checksum of its bytes when the file was opened
   */
  record Place(Path file, TableReader.Place inTable, int checksum) {}

  @Override
  public void stream(Consumer<ByteBuffer> consumer) {
    TensorProto values = load();
    int width = DataTypes.bytesPerElement(info.dtype());
    int count = ProtoValues.count(values, info.dtype());
    if (count < 0) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s: tensor %s is %s, a type that cannot be read from the V1 format",
              place.file(), info.name(), info.typeAndShape()));
    }
    ByteBuffer chunk =
        ByteBuffer.allocate(Math.min(count, CHUNK_ELEMENTS) * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int next = 0; next < count; ) {
      chunk.clear();
      while (next < count && chunk.hasRemaining()) {
        ProtoValues.put(values, info.dtype(), next++, chunk);
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
    SavedSlice saved;
    try {
      saved = SavedTensorSlices.parseFrom(bytes()).getData();
    } catch (InvalidProtocolBufferException e) {
      throw damaged("cannot be decoded");
    }
    if (!saved.getName().equals(info.name()) || !saved.getSlice().equals(slice)) {
      throw damaged("are those of another: " + saved.getName());
    }
    DataType dtype = saved.getData().getDtype();
    if (dtype != DataType.DT_INVALID && dtype != info.dtype()) {
      throw damaged("are said to be " + dtype);
    }
    int count = ProtoValues.count(saved.getData(), info.dtype());
    if (count >= 0 && count != info.shape().size()) {
      throw damaged(String.format("are %s, expected %s", count, info.shape().size()));
    }
    return saved.getData();
  }

  private ByteBuffer bytes() {
    ByteBuffer bytes = TableReader.read(place.file(), place.inTable());
    if (MaskedCrc.of(bytes) != place.checksum()) {
      throw damaged("have changed since the file was opened");
    }
    return bytes;
  }

  private CheckpointException damaged(String what) {
    return CheckpointException.damaged(
        place.file(), "the values of tensor " + info.name() + " " + what);
  }
}
