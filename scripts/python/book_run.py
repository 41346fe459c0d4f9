"""The folder of a run: settings, metrics, checkpoints, and where it was computed.

A killed run goes on from its newest checkpoint, with the numbers of one that never stopped.
"""

import json
import os
import platform

import tensorflow as tf

from golden_format import number

v1 = tf.compat.v1

METRICS = "metrics.jsonl"
ORIGINS = "origins.jsonl"
SETTINGS = "settings.json"
TO_KEEP = 2


class RunError(Exception):
    """A folder that holds another run."""


class RunFolder:
    """The files of one run."""

    def __init__(self, path, settings):
        self._path = path
        self._saver = None
        self._memory = []
        os.makedirs(path, exist_ok=True)
        self._require_same(settings)

    def _require_same(self, settings):
        path = self._file(SETTINGS)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                found = json.load(file)
            for name in settings.keys() & found.keys():
                if settings[name] != found[name]:
                    raise RunError(
                        f"{self._path} holds a run with {name} {found[name]}, expected"
                        f" {settings[name]}: give another folder"
                    )
        self._replace(SETTINGS, json.dumps(settings) + "\n")

    def restore(self, session, state):
        """Restores the newest checkpoint, if there is one.

        `state` is the state of the cells at the start of an epoch, possibly empty. Returns the
        steps done and the state after them; removes what was measured later. Call it once the
        graph is complete and its variables are initialized.
        """
        self._memory = [
            v1.Variable(leaf, trainable=False, name=f"recurrent_state/{k}")
            for k, leaf in enumerate(tf.nest.flatten(state))
        ]
        self._saver = v1.train.Saver(max_to_keep=TO_KEEP, save_relative_paths=True)
        newest = v1.train.get_checkpoint_state(self._path)
        step = 0
        if newest is not None:
            self._saver.restore(session, newest.model_checkpoint_path)
            self._saver.recover_last_checkpoints(newest.all_model_checkpoint_paths)
            step = int(session.run(v1.train.get_global_step()))
            state = tf.nest.pack_sequence_as(state, session.run(self._memory))
        self._cut(step)
        return step, state

    def save(self, session, step, state):
        """Writes a checkpoint: all variables, and the state of the cells."""
        for variable, leaf in zip(self._memory, tf.nest.flatten(state)):
            variable.load(leaf, session)
        self._saver.save(session, self._file("model"), global_step=step, write_meta_graph=False)

    def append(self, metrics):
        """Writes a line of metrics, to the disk at once."""
        line = {name: number(value) for name, value in metrics.items()}
        self._append(METRICS, line)

    def started(self, step, commit):
        """Notes a start or resume after a step."""
        machine = (
            f"{_processor()}, {os.cpu_count()} processors, {platform.system()}"
            f" {platform.machine()}, Python {platform.python_version()}, TensorFlow {tf.__version__}"
        )
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        origin = {"afterStep": step, "commit": commit, "machine": machine, "load": load}
        self._append(ORIGINS, origin)

    def _cut(self, step):
        if not os.path.exists(self._file(METRICS)):
            return
        with open(self._file(METRICS), encoding="utf-8") as file:
            # The last line of a killed run may have no end.
            whole = [line for line in file if line.endswith("\n")]
        self._replace(METRICS, "".join(x for x in whole if json.loads(x)["step"] <= step))

    def _append(self, name, line):
        with open(self._file(name), "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _replace(self, name, content):
        with open(self._file(name + ".part"), "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(self._file(name + ".part"), self._file(name))

    def _file(self, name):
        return os.path.join(self._path, name)


def _processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
