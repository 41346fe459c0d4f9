"""Writes small checkpoints in each form of TensorFlow 1's Saver, and their contents as JSON.

    checkpoint_fixtures.py --out src/test/resources/checkpoints/forms

Forms: V2 in one shard and in three; V1 in one file, in two, and compressed with Snappy; each with
partitioned variables. The index of a V2 checkpoint does not contain the names of its shards, so the
files can be renamed to another prefix.
"""

import argparse
import glob
import itertools
import json
import os
import shutil
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from snappy_table import pack_table  # noqa: E402

tf1 = tf.compat.v1
V1 = tf1.train.SaverDef.V1
V2 = tf1.train.SaverDef.V2


def values(shape, seed):
    """Pseudorandom values, the same in every version of NumPy."""
    count = int(np.prod(shape))
    number = np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(seed)
    scaled = (number % np.uint64(65521)).astype(np.float64) / 32760.5 - 1.0
    return scaled.astype(np.float32).reshape(shape)


def variable(name, value, parts=None):
    """A reference variable; `parts` is the number of slices in each dimension."""
    value = np.asarray(value)
    if parts is None:
        return tf1.get_variable(name, initializer=value, use_resource=False)
    return tf1.get_variable(
        name,
        shape=value.shape,
        dtype=value.dtype,
        initializer=lambda shape, dtype, partition_info: value[
            tuple(slice(o, o + n) for o, n in zip(partition_info.var_offset, shape))
        ],
        partitioner=lambda shape, dtype: parts,
        use_resource=False,
    )


def build(devices):
    """Creates all variables and slices on the devices in turn: a file per device if sharded."""
    made = {}
    next_device = itertools.cycle("/cpu:%d" % number for number in range(devices))

    def add(name, value, parts=None):
        with tf1.device(lambda op: next(next_device) if op.type == "VariableV2" else ""):
            variable(name, value, parts)
        made[name] = np.asarray(value)

    add("rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", values((5, 8), 1))
    add("rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias", values((8,), 2))
    add("global_step", np.int64(-14000))
    add("beta1_power", np.float32(0.9))
    add("rows", values((7, 3), 3), [3, 1])
    add("columns", values((2, 9), 4), [1, 4])
    add("middle", values((3, 130, 2), 5), [1, 2, 1])
    add("int32", np.array([[1, -2], [3, 2147483647]], np.int32))
    add("double", np.array([0.1, -1e300], np.float64))
    add("half", np.array([1.0, -2.5, 65504.0], np.float16))
    add("bool", np.array([True, False, True]))
    add("words", np.array([b"one", b"", b"\xd0\x90\xff\x00"], dtype=object))
    add("uint8", np.array([0, 127, 255], np.uint8))
    return made


def as_json(value):
    if value.dtype == object:
        listed = [text.hex() for text in value.ravel()]
    else:
        wide = np.float64 if value.dtype.kind == "f" else value.dtype
        listed = value.ravel().astype(wide).tolist()
    dtype = "string" if value.dtype == object else value.dtype.name
    return {"dtype": dtype, "shape": list(value.shape), "values": listed}


def write(out, name, devices, **saver_arguments):
    prefix = "%s.tf-%s" % (name, tf.__version__)
    with tempfile.TemporaryDirectory() as folder, tf1.Graph().as_default():
        made = build(devices)
        config = tf1.ConfigProto(device_count={"CPU": devices})
        with tf1.Session(config=config) as session:
            session.run(tf1.global_variables_initializer())
            saver = tf1.train.Saver(**saver_arguments)
            path = os.path.join(folder, prefix)
            saver.save(session, path, write_meta_graph=False, write_state=False)
        for file in sorted(glob.glob(os.path.join(folder, prefix + "*"))):
            shutil.copy(file, out)
    return made


def pack(out):
    """Writes the one-file V1 checkpoint compressed, and requires that TensorFlow reads the same."""
    plain, packed = (
        os.path.join(out, "%s.tf-%s" % (name, tf.__version__)) for name in ("v1", "v1-packed")
    )
    with open(plain, "rb") as file:
        table = pack_table(file.read())
    with open(packed, "wb") as file:
        file.write(table)
    with tf1.Graph().as_default():
        build(1)
        saver = tf1.train.Saver()
        found = []
        for path in (plain, packed):
            with tf1.Session() as session:
                saver.restore(session, path)
                found.append(session.run(tf1.global_variables()))
    for one, other in zip(*found):
        np.testing.assert_array_equal(one, other)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    tf1.disable_v2_behavior()
    made = write(out, "v2", 1, write_version=V2)
    write(out, "v2-sharded", 3, write_version=V2, sharded=True)
    write(out, "v1", 1, write_version=V1)
    write(out, "v1-sharded", 2, write_version=V1, sharded=True)
    pack(out)
    tensors = {name: as_json(value) for name, value in sorted(made.items())}
    path = os.path.join(out, "values.tf-%s.json" % tf.__version__)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"tensorflow": tf.__version__, "tensors": tensors}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
