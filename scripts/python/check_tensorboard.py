"""Reads the event files of a run with TensorBoard's reader, and compares them with its metrics.

    check_tensorboard.py --run RUN [--histograms N] [--sample FILE]

--histograms N   requires histograms at every N-th step
--sample FILE    the output of the training; its last sample must equal the last text

Exit code 0 only if nothing is missing and the numbers are those of RUN/metrics.jsonl.
"""

import argparse
import json
import math
import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing import event_file_loader
from tensorboard.util import tensor_util

# relative precision of a float32
FLOAT = 1e-6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", required=True, type=pathlib.Path)
    parser.add_argument("--histograms", type=int, default=0)
    parser.add_argument("--sample", type=pathlib.Path)
    arguments = parser.parse_args()
    lines = (arguments.run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    metrics = [json.loads(line) for line in lines]
    train = load(arguments.run, "train")
    check_files(arguments.run / "tensorboard" / "train")
    check_steps(train, metrics)
    check_validation(arguments.run, metrics)
    check_graph(train)
    if arguments.histograms:
        check_histograms(train, metrics, arguments.histograms)
    if arguments.sample:
        check_sample(train, arguments.sample)
    print("check_tensorboard: %d steps and %d tags agree with the metrics" % (
        len(metrics), sum(len(tags) for tags in train.Tags().values() if isinstance(tags, list))))


def fail(message):
    sys.exit("check_tensorboard: " + message)


def load(run, part):
    folder = run / "tensorboard" / part
    if not folder.is_dir():
        fail("there is no folder %s" % folder)
    every = {"scalars": 0, "histograms": 0, "tensors": 0, "compressedHistograms": 0}
    accumulator = EventAccumulator(str(folder), size_guidance=every)
    accumulator.Reload()
    return accumulator


def check_files(folder):
    """Each file begins with its version, then with a SessionLog.START."""
    for path in sorted(folder.iterdir()):
        events = list(event_file_loader.EventFileLoader(str(path)).Load())
        if events[0].file_version != "brain.Event:2":
            fail("%s begins with %r" % (path, events[0]))
        if events[1].session_log.status != events[1].session_log.START:
            fail("%s has no SessionLog.START: %r" % (path, events[1]))


def check_scalars(accumulator, tag, expected):
    if tag not in accumulator.Tags()["scalars"]:
        fail("there is no curve %s, only %s" % (tag, accumulator.Tags()["scalars"]))
    found = [(event.step, event.value) for event in accumulator.Scalars(tag)]
    if [step for step, _ in found] != [step for step, _ in expected]:
        fail("%s has the steps %s, expected %s" % (
            tag, [step for step, _ in found], [step for step, _ in expected]))
    for (step, value), (_, number) in zip(found, expected):
        if not math.isclose(value, number, rel_tol=FLOAT):
            fail("%s of step %d is %r, expected %r" % (tag, step, value, number))


def check_steps(train, metrics):
    def column(key, scale=1.0):
        return [(row["step"], row[key] * scale) for row in metrics if key in row]

    check_scalars(train, "curves/loss", column("loss"))
    check_scalars(train, "curves/global_norm", column("global_norm"))
    check_scalars(train, "curves/seconds_per_step", column("seconds"))
    rates = train.Scalars("curves/learning_rate")
    if [rate.step for rate in rates] != [row["step"] for row in metrics]:
        fail("curves/learning_rate has other steps than the metrics")
    if not all(rate.value > 0 for rate in rates):
        fail("curves/learning_rate is not above 0 everywhere")
    if any("accuracy" in row or "test_accuracy" in row for row in metrics):
        if column("accuracy"):
            check_scalars(train, "curves/accuracy", column("accuracy"))
    else:
        check_scalars(train, "curves/bits_per_character", column("loss", 1 / math.log(2)))


def check_validation(run, metrics):
    for key, part, tag in (
            ("validation_loss", "validation", "curves/loss"),
            ("test_accuracy", "test", "curves/accuracy")):
        expected = [(row["step"], row[key]) for row in metrics if key in row]
        if expected:
            check_scalars(load(run, part), tag, expected)


def check_graph(train):
    if not train.Tags()["graph"]:
        fail("there is no graph")
    nodes = {node.name: node.op for node in train.Graph().node}
    for name in ("inputs", "loss", "global_step"):
        if name not in nodes:
            fail("the graph has no node %s" % name)
    if "ApplyAdam" not in nodes.values():
        fail("the graph has no training step")


def check_histograms(train, metrics, every):
    steps = [row["step"] for row in metrics if row["step"] % every == 0]
    tags = train.Tags()["histograms"]
    variables = sorted(tag.split("/", 1)[1] for tag in tags if tag.startswith("variables/"))
    gradients = sorted(tag.split("/", 1)[1] for tag in tags if tag.startswith("gradients/"))
    if not variables or variables != gradients:
        fail("histograms of variables %s and of gradients %s" % (variables, gradients))
    norms = {row["step"]: row["global_norm"] for row in metrics}
    squares = dict.fromkeys(steps, 0.0)
    for tag in tags:
        events = train.Histograms(tag)
        if [event.step for event in events] != steps:
            fail("%s has the steps %s, expected %s" % (tag, [e.step for e in events], steps))
        for event in events:
            value = event.histogram_value
            if not math.isclose(sum(value.bucket), value.num) or value.num < 1:
                fail("the buckets of %s at step %d do not sum to its count" % (tag, event.step))
            if tag.startswith("gradients/"):
                squares[event.step] += value.sum_squares
    for step in steps:
        if math.sqrt(squares[step]) > norms[step] * (1 + 1e-4):
            fail("the gradients of step %d are larger than the global norm" % step)


def check_sample(train, path):
    if "samples/drawn" not in train.Tags()["tensors"]:
        fail("there are no samples")
    plugin = train.SummaryMetadata("samples/drawn").plugin_data.plugin_name
    if plugin != "text":
        fail("the samples are for the plugin %r, expected text" % plugin)
    proto = train.Tensors("samples/drawn")[-1].tensor_proto
    shown = np.ravel(tensor_util.make_ndarray(proto))[-1].decode("utf-8")
    lines = shown.split("\n")
    if any(not line.startswith("    ") for line in lines):
        fail("a sample is not an indented code block")
    text = "\n".join(line[4:] for line in lines)
    printed = path.read_text(encoding="utf-8")
    if not printed.endswith("\n" + text + "\n"):
        fail("the last text differs from the printed sample:\n%s" % text)


if __name__ == "__main__":
    main()
