"""Compresses the blocks of an SSTable (a V1 checkpoint) with Snappy, as TensorFlow 0.x did.

Later versions read such tables and write uncompressed ones. The compressor is TensorFlow's own, as
used by tf.data.
"""

import struct

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2

FOOTER, TRAILER = 48, 5
PLAIN, SNAPPY = b"\0", b"\1"


def snappy(plain):
    """The bytes compressed in Snappy's raw format."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        numbers = tf.constant(np.frombuffer(plain, np.uint8))
        packed = tf.raw_ops.CompressElement(components=[numbers])
        serialized = session.run(tf.io.serialize_tensor(packed))
    # a list of one variant: its length, then the message, whose metadata has the compressed element
    content = tensor_pb2.TensorProto.FromString(serialized).tensor_content
    length, start = _varint(content, 0)
    variant = tensor_pb2.VariantTensorDataProto.FromString(content[start : start + length])
    return tf.train.BytesList.FromString(variant.metadata).value[0]


def pack_table(table):
    """The same table with every block compressed."""
    footer = len(table) - FOOTER
    (_, filters), position = _handle(table, footer)
    (listed, size), _ = _handle(table, position)
    assert filters == 8, "expected no filters in a checkpoint"
    out = bytearray()
    entries, restarts = bytearray(), []
    for key, handle in _entries(table[listed : listed + size]):
        (start, length), _ = _handle(handle, 0)
        packed = _append(out, snappy(table[start : start + length]), SNAPPY)
        restarts.append(len(entries))
        entries += _number(0) + _number(len(key)) + _number(len(packed)) + key + packed
    no_filters = _append(out, struct.pack("<II", 0, 1), PLAIN)
    index = bytes(entries) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))
    handles = no_filters + _append(out, snappy(index), SNAPPY)
    return bytes(out) + handles.ljust(FOOTER - 8, b"\0") + table[-8:]


def _append(out, block, compression):
    handle = _number(len(out)) + _number(len(block))
    out += block + compression + struct.pack("<I", _masked_crc(block + compression))
    return handle


def _entries(block):
    """Key and value of each entry; keys of an index block share no prefix."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    position, end = 0, len(block) - 4 * (restarts + 1)
    while position < end:
        shared, position = _varint(block, position)
        assert shared == 0
        unshared, position = _varint(block, position)
        length, position = _varint(block, position)
        value = position + unshared
        yield block[position:value], block[value : value + length]
        position = value + length


def _handle(data, position):
    offset, position = _varint(data, position)
    length, position = _varint(data, position)
    return (offset, length), position


def _varint(data, position):
    value = shift = 0
    while True:
        value |= (data[position] & 0x7F) << shift
        shift += 7
        position += 1
        if data[position - 1] < 0x80:
            return value, position


def _number(value):
    """A variable-length integer."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def _masked_crc(data):
    """CRC-32C, masked as in TensorFlow: rotated, and a constant added."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 * (crc & 1)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
