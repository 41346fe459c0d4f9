"""Tests the checks of Java's exports: intact exports pass, and each kind of damage is found."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import tensorflow as tf

import programs


def run(program, *arguments):
    """Exit code and output."""
    done = programs.run(
        program, *arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, done.stdout


def rewrite_checkpoint(folder, change):
    """Changes the tensors of the checkpoint."""
    prefix = tf.train.latest_checkpoint(folder)
    reader = tf.train.load_checkpoint(prefix)
    tensors = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    change(tensors)
    names = sorted(tensors)
    tf.raw_ops.SaveV2(
        prefix=prefix,
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[tf.constant(tensors[name]) for name in names],
    )


def edit_expected(change):
    """A damage of expected.json."""

    def damage(folder):
        path = os.path.join(folder, "expected.json")
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        change(document)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)

    return damage


def edit_checkpoint(change):
    """A damage of the checkpoint."""
    return lambda folder: rewrite_checkpoint(os.path.join(folder, "tf1-checkpoint"), change)


def shift_prediction(document):
    """Changes a prediction of the last step."""
    document["predictions"][49][3] += 3e-5


def drop_slot(tensors):
    """Removes a slot of Adam."""
    del tensors["softmax/Variable/Adam_1"]


def add_tensor(tensors):
    """Adds a tensor without a variable."""
    tensors["left_over"] = np.zeros(3, dtype=np.float32)


def swap_slots(tensors):
    """Swaps two tensors of the same shape; the predictions do not depend on them."""
    names = [f"rnn/multi_rnn_cell/cell_{k}/basic_lstm_cell/bias/Adam" for k in range(2)]
    tensors[names[0]], tensors[names[1]] = tensors[names[1]], tensors[names[0]]


def drop_state_file(folder):
    """Removes the file that `tf.train.latest_checkpoint` reads."""
    os.remove(os.path.join(folder, "tf1-checkpoint", "checkpoint"))


def spoil_graph(folder):
    """Adds a node to a GraphDef whose input does not exist."""
    with open(os.path.join(folder, "graphdef", "sampling.pbtxt"), "a", encoding="utf-8") as file:
        file.write('node { name: "last" op: "Identity" input: "nobody" }\n')


def flip_variables(folder):
    """Flips a bit in the SavedModel's variables."""
    path = os.path.join(folder, "saved-model", "variables", "variables.data-00000-of-00001")
    with open(path, "r+b") as file:
        file.seek(100)
        byte = file.read(1)[0]
        file.seek(100)
        file.write(bytes([byte ^ 0x40]))


DAMAGES = {
    "a prediction in v1": (
        "saved_model_in_v1",
        edit_expected(shift_prediction),
        "predictions differ",
    ),
    "a prediction in v2": (
        "saved_model_in_v2",
        edit_expected(shift_prediction),
        "predictions differ",
    ),
    "a prediction of the checkpoint": (
        "checkpoint",
        edit_expected(shift_prediction),
        "predictions differ",
    ),
    "a missing slot": (
        "checkpoint",
        edit_checkpoint(drop_slot),
        "missing ['softmax/Variable/Adam_1']",
    ),
    "a tensor too many": ("checkpoint", edit_checkpoint(add_tensor), "unused ['left_over']"),
    "swapped slots": ("checkpoint", edit_checkpoint(swap_slots), "Adam: Java begins"),
    "no state file": ("checkpoint", drop_state_file, "latest_checkpoint finds nothing"),
    "a spoiled graph": ("graph_definitions", spoil_graph, "nobody"),
    "a flipped byte": ("saved_model_in_v1", flip_variables, "saved_model_in_v1:"),
}


def check_exports(scratch):
    """The intact export passes, and each damaged copy fails with the expected message."""
    good = os.path.join(scratch, "good")
    code, printed = run("pretend_java_export.py", "--out", good)
    require(code == 0, "pretend_java_export.py", printed)
    code, printed = run("check_java_exports.py", "--exports", good)
    require(code == 0 and printed.count("passed") == 4, "an undamaged export", printed)
    for name, (check, damage, words) in DAMAGES.items():
        bad = os.path.join(scratch, "bad")
        shutil.copytree(good, bad)
        damage(bad)
        code, printed = run("check_java_exports.py", "--exports", bad, "--only", check)
        require(code == 1 and words in printed, name, printed)
        shutil.rmtree(bad)
        print(f"checks: {name}: found")


def check_training(scratch):
    """20 + 20 + 20 steps have the losses of 60; without the state between them they do not."""

    def train(name, steps, *more):
        out = os.path.join(scratch, name)
        code, printed = run(
            "continue_training.py", "--steps", str(steps), "--out", out, *more
        )
        require(code == 0, f"training {name}", printed)
        return out, os.path.join(out, "training.json")

    _, whole = train("whole", 60)
    first, first_json = train("first", 20)
    second, second_json = train("second", 20, "--checkpoint", first, "--state", first_json)
    _, third_json = train("third", 20, "--checkpoint", second, "--state", second_json)
    code, printed = run(
        "compare_losses.py", "--whole", whole, first_json, second_json, third_json
    )
    require(code == 0, "20 + 20 + 20 steps", printed)
    print(printed.strip())
    _, cold_json = train("cold", 20, "--checkpoint", second)
    code, printed = run(
        "compare_losses.py", "--whole", whole, first_json, second_json, cold_json
    )
    require(code == 1 and "step 40" in printed, "a missing state", printed)
    print("checks: a missing state: found")


def require(condition, name, printed):
    """Ends the program with the output, unless the condition holds."""
    if not condition:
        sys.exit(f"checks: FAILED: {name}\n{printed}")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        check_exports(scratch)
        check_training(scratch)
    print("checks: passed")


if __name__ == "__main__":
    main()
