"""Loads the committed fixtures and compares with the committed results.

Exit code 0 if they agree up to rounding, else 1 and a line for each difference.
"""

import argparse
import glob
import json
import os
import sys

import interop_checkpoints
import interop_frozen_graphs
import interop_keras
import interop_meta_graphs
import interop_save_folders
import interop_saved_models
import interop_values as values
import programs
from compare_goldens import Comparison
from graph_mode import disable_v2

KERAS = {
    "keras_stateful": interop_keras.zero_layer_states,
    "keras_stateful_reset": interop_keras.call_reset,
    "keras_explicit_state": interop_keras.keep_state,
}


def saved_model(name, folder, old):
    """A SavedModel of TF1."""
    roles = values.Roles(**old["roles"])
    return interop_saved_models.describe(name, folder, roles, *_text(old))


def keras(name, folder, old):
    """A SavedModel of Keras."""
    logits = old["output"] == "logits"
    return interop_keras.describe(name, folder, KERAS[name], logits, *_text(old))


def meta_graph(name, folder, old):
    """A MetaGraph."""
    return interop_meta_graphs.describe(name, folder, old["roles"], *_text(old))


def frozen_graph(name, folder, old):
    """A frozen graph."""
    roles = values.Roles(**old["roles"])
    return interop_frozen_graphs.describe(name, folder, roles, *_text(old))


def checkpoint(name, folder, old):
    """A checkpoint; the losses before and after it are taken from the old document."""
    spec = next(spec for spec in interop_checkpoints.CHECKPOINTS if spec.name == name)
    losses = old["training"]["losses"], old["training"]["next_losses"]
    return interop_checkpoints.describe(spec, folder, losses, *_text(old))


def save_folder(name, folder, old):
    """A folder of char-rnn-tensorflow; the losses are taken from the old document."""
    spec = next(spec for spec in interop_save_folders.FOLDERS if spec.name == name)
    prefix = os.path.join(folder, old["prefix"])
    text, _ = _text(old)
    return {**old, **interop_save_folders.evaluate(folder, spec.era, text, prefix)}


def _text(old):
    return old["cross_entropy_text"], old["vocabulary"]


# Documents, the function that computes one again, and whether it needs TF1's graph mode.
KINDS = {
    "saved-models": ("graphs/saved_model_*.json", saved_model, True),
    "meta-graphs": ("graphs/meta_graph_*.json", meta_graph, True),
    "frozen-graphs": ("graphs/frozen_graph*.json", frozen_graph, True),
    "keras": ("graphs/keras_*.json", keras, False),
    "checkpoints": (f"{programs.RESOURCES}/checkpoints/checkpoint_*.json", checkpoint, True),
    "save-folders": (f"{programs.RESOURCES}/save-folders/*.json", save_folder, True),
}


def check_kind(kind):
    """The number of differences of a kind of fixtures; 1 if there are no fixtures."""
    pattern, compute, graph_mode = KINDS[kind]
    if graph_mode:
        disable_v2()
    comparison = Comparison()
    paths = sorted(glob.glob(os.path.join(programs.ROOT, pattern)))
    for path in paths:
        with open(path, encoding="utf-8") as file:
            old = json.load(file)
        folder = path[: -len(".json")]
        name = os.path.basename(folder)[: -len(values.TAG)]
        comparison.documents(name, old, compute(name, folder, old))
    for difference in comparison.differences:
        print(f"fixtures differ: {difference}", file=sys.stderr)
    print(f"fixtures: {kind}: {len(paths)} loaded")
    return len(comparison.differences) + (not paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=KINDS, help=argparse.SUPPRESS)
    only = parser.parse_args().only
    if only:
        sys.exit(1 if check_kind(only) else 0)
    codes = [programs.run("check_fixtures.py", "--only", kind).returncode for kind in KINDS]
    sys.exit(1 if any(codes) else 0)


if __name__ == "__main__":
    main()
