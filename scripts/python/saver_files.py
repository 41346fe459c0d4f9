"""Goldens of tf.train.Saver's files: `saver_files.py --out DIR`.

`saver_files`: a case is a Saver with options, and a list of calls of `save`. Of each call: what
it returns, all files of the folder (shards and parts included), the state file and
`last_checkpoints`. Paths start with FOLDER.
"""

import os
import shutil
import tempfile

import tensorflow as tf

import golden_format
import programs
from graph_mode import disable_v2

v1 = tf.compat.v1
V1, V2 = v1.train.SaverDef.V1, v1.train.SaverDef.V2

# (case, options of the Saver, calls: name, arguments of save)
CASES = (
    ("defaults", {}, [("m", {"global_step": k}) for k in range(7)]),
    ("two kept", {"max_to_keep": 2}, [(name, {}) for name in ("s1", "s2", "s3", "s2", "s1", "s4")]),
    ("none deleted", {"max_to_keep": 0}, [("m", {"global_step": k}) for k in range(3)]),
    (
        "one in 0 hours",
        {"max_to_keep": 1, "keep_checkpoint_every_n_hours": 0.0},
        [("m", {"global_step": k}) for k in range(4)],
    ),
    ("padded", {"pad_step_number": True}, [("m", {"global_step": k}) for k in (5, 123456789)]),
    (
        "relative paths",
        {"save_relative_paths": True, "max_to_keep": 2},
        [("m", {"global_step": k}) for k in range(3)],
    ),
    ("sharded", {"sharded": True, "max_to_keep": 1}, [("m", {"global_step": k}) for k in range(2)]),
    (
        "format V1",
        {"write_version": V1, "max_to_keep": 1},
        [("m", {"global_step": k}) for k in range(2)],
    ),
    (
        "format V1, sharded",
        {"write_version": V1, "sharded": True, "max_to_keep": 1},
        [("m", {"global_step": k}) for k in range(2)],
    ),
    (
        "other names",
        {"max_to_keep": 1},
        [
            ("m", {"latest_filename": "newest", "meta_graph_suffix": "graph", "global_step": k})
            for k in range(2)
        ],
    ),
    ("values only", {}, [("m", {"write_meta_graph": False, "write_state": False}), ("n", {})]),
)


def call(saver, session, folder, name, arguments):
    """Saves once and lists what is there."""
    path = saver.save(session, os.path.join(folder, name), **arguments)
    state = os.path.join(folder, arguments.get("latest_filename", "checkpoint"))
    text = None
    if os.path.exists(state):
        with open(state, encoding="utf-8") as file:
            text = file.read().replace(folder, "FOLDER")
    return {
        "name": name,
        "arguments": arguments,
        "path": path.replace(folder, "FOLDER"),
        "files": sorted(os.listdir(folder)),
        "state": text,
        "last_checkpoints": [p.replace(folder, "FOLDER") for p in saver.last_checkpoints],
    }


def case(label, options, calls):
    """One Saver of v0 on the first processor and v1 on the second."""
    folder = tempfile.mkdtemp()
    config = v1.ConfigProto(device_count={"CPU": 2})
    try:
        with tf.Graph().as_default(), v1.Session(config=config) as session:
            with tf.device("/cpu:0"):
                v1.get_variable("v0", initializer=[1.0, 2.0], use_resource=False)
            with tf.device("/cpu:1"):
                v1.get_variable("v1", initializer=3, use_resource=False)
            saver = v1.train.Saver(**options)
            session.run(v1.global_variables_initializer())
            results = [call(saver, session, folder, *one) for one in calls]
            definition = saver.as_saver_def()
    finally:
        shutil.rmtree(folder)
    return {
        "case": label,
        "options": options,
        "saver_def": {
            "filename_tensor_name": definition.filename_tensor_name,
            "save_tensor_name": definition.save_tensor_name,
            "restore_op_name": definition.restore_op_name,
            "max_to_keep": definition.max_to_keep,
            "sharded": definition.sharded,
            "keep_checkpoint_every_n_hours": definition.keep_checkpoint_every_n_hours,
            "version": definition.version,
        },
        "calls": results,
    }


def main():
    folder = programs.out_folder(__doc__)
    disable_v2()
    document = {
        "generator": "scripts/python/saver_files.py",
        "tensorflow": tf.__version__,
        "cases": [case(*what) for what in CASES],
    }
    golden_format.write_case_per_line(folder, "saver_files", document)


if __name__ == "__main__":
    main()
