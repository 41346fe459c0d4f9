"""Trains a recipe of the books in TF1, with charlstm's batches, seeds, initial values and masks.

    book_recipes.py RECIPE --data FILE_OR_FOLDER --out DIR [--seed N] [--steps N]

The same command goes on where a killed run stopped. README.md describes the files it writes.
"""

import argparse
import dataclasses
import math
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore", message=".*is deprecated and will be removed")

import tensorflow as tf  # noqa: E402

import book_models  # noqa: E402
from book_data import AnnaBatches, CookbookBatches, DataError  # noqa: E402
from book_run import RunError, RunFolder  # noqa: E402
from book_training import ImageTraining, TextTraining  # noqa: E402
from golden_format import TENSORFLOW_VERSION  # noqa: E402
from graph_mode import disable_v2, same_sums  # noqa: E402
from programs import require_tensorflow  # noqa: E402

v1 = tf.compat.v1

STATUS_EVERY = 10
LOWEST = {
    **dict.fromkeys(("batch_size", "num_steps", "lstm_size", "num_layers", "save_every"), 1),
    **dict.fromkeys(("epochs", "steps", "measure_every", "learning_rate", "grad_clip"), 0),
    "keep_prob": 0.01,
}


@dataclasses.dataclass(frozen=True)
class Settings:
    """Hyper-parameters of a recipe, with the names and meanings of charlstm's settings."""

    batch_size: int
    num_steps: int
    lstm_size: int
    num_layers: int
    learning_rate: float
    grad_clip: float  # 0: not clipped
    keep_prob: float
    save_every: int
    epochs: int = 0  # passes over a text; 0: as many as there are steps
    steps: int = 0  # 0: all epochs
    measure_every: int = 0
    seed: int = 20180501
    dropout: str = "charlstm"  # or "own": TF1's

    def identity(self):
        """What stays the same in a run that goes on."""
        free = ("save_every", "epochs", "steps", "measure_every")
        every = dataclasses.asdict(self)
        return {name: value for name, value in every.items() if name not in free}


ANNA = Settings(
    batch_size=100,
    num_steps=100,
    lstm_size=512,
    num_layers=2,
    learning_rate=0.001,
    grad_clip=5.0,
    keep_prob=0.5,
    save_every=100,
    epochs=5,
)
SHAKESPEARE = Settings(
    batch_size=100,
    num_steps=50,
    lstm_size=128,
    num_layers=3,
    learning_rate=0.0005,
    grad_clip=4.5,
    keep_prob=1.0,
    save_every=500,
    epochs=10,
)
MNIST = Settings(
    batch_size=128,
    num_steps=28,
    lstm_size=256,
    num_layers=2,
    learning_rate=0.001,
    grad_clip=0.0,
    keep_prob=0.5,
    save_every=100,
    steps=2000,
    measure_every=200,
)
# Settings, and of a text its model and batches
RECIPES = {
    "anna": (ANNA, book_models.Anna, AnnaBatches),
    "anna-as-printed": (
        dataclasses.replace(ANNA, num_layers=1, keep_prob=1.0),
        book_models.AnnaAsPrinted,
        AnnaBatches,
    ),
    "shakespeare": (SHAKESPEARE, book_models.CookbookModel, CookbookBatches),
    "shakespeare-shared": (SHAKESPEARE, book_models.CookbookModelSharing, CookbookBatches),
    "mnist": (MNIST, None, None),
}


def training(recipe, settings, data, holdout):
    """Reads the data and builds the graph."""
    _, model, batches = RECIPES[recipe]
    if model is None:
        return ImageTraining(data, settings, holdout)
    windows = batches(data, settings.batch_size, settings.num_steps, settings.seed)
    return TextTraining(model, windows, settings)


def train(task, folder, session, save_every, commit):
    """Trains up to the last step, from the newest checkpoint on."""
    last = task.last_step
    session.run(v1.global_variables_initializer())
    first = task.begin(session, folder)
    if first >= last:
        print(f"{first} steps are done already", flush=True)
        return
    folder.started(first, commit)
    for step in range(first + 1, last + 1):
        metrics = task.run(step)
        if not math.isfinite(metrics["loss"]) or not math.isfinite(metrics["global_norm"]):
            sys.exit(f"the loss is {metrics['loss']} at step {step}: training has diverged")
        folder.append(metrics)
        if step % save_every == 0 or step == last:
            folder.save(session, step, task.state)
        if step % STATUS_EVERY == 0 or step in (first + 1, last):
            loss, seconds = metrics["loss"], metrics["seconds"]
            print(f"step {step} of {last}: loss {loss:.4f}, {seconds:.2f} s", flush=True)


def parsed(words):
    """The arguments and the settings; ends the program if one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--data", required=True, help="text file, or MNIST's folder")
    parser.add_argument("--out", required=True, help="the run's folder; made if missing")
    parser.add_argument("--commit", default="", help="commit of this program, for the record")
    parser.add_argument(
        "--holdout", type=int, default=0, help="mnist: test images only; test on the last so many"
    )
    for field in dataclasses.fields(Settings):
        parser.add_argument(
            "--" + field.name.replace("_", "-"),
            type=field.type,
            choices=book_models.DROPOUTS if field.name == "dropout" else None,
            help="default: the recipe's",
        )
    arguments = parser.parse_args(words)
    given = {field.name: getattr(arguments, field.name) for field in dataclasses.fields(Settings)}
    for name, lowest in LOWEST.items():
        if given[name] is not None and given[name] < lowest:
            parser.error(f"{name}: expected at least {lowest}, found {given[name]}")
    if arguments.recipe == "anna-as-printed" and arguments.num_layers not in (None, 1):
        parser.error(f"num_layers: the printed model has one layer, found {arguments.num_layers}")
    if arguments.recipe != "mnist" and arguments.holdout:
        parser.error("holdout: expected for mnist only")
    changes = {name: value for name, value in given.items() if value is not None}
    return arguments, dataclasses.replace(RECIPES[arguments.recipe][0], **changes)


def run(arguments, settings):
    """Builds the graph, and trains."""
    v1.set_random_seed(settings.seed)
    try:
        task = training(arguments.recipe, settings, arguments.data, arguments.holdout)
        identity = {"recipe": arguments.recipe, "data": task.data, **settings.identity()}
        folder = RunFolder(arguments.out, identity)
    except (DataError, RunError, OSError) as failure:
        print(f"book_recipes: {failure}", file=sys.stderr)
        sys.exit(2)
    with v1.Session(config=same_sums()) as session:
        train(task, folder, session, settings.save_every, arguments.commit)


def main(words):
    arguments, settings = parsed(words)
    require_tensorflow(TENSORFLOW_VERSION, tf.__version__)
    disable_v2()
    with tf.Graph().as_default():
        run(arguments, settings)


if __name__ == "__main__":
    main(sys.argv[1:])
