"""TF1 checkpoints of the book's training graph: both formats, names of three eras, shards."""

import dataclasses
import os

import tensorflow as tf

import golden_format
import interop_values as values
import programs
from anna_model import SAMPLING, SETTINGS, AnnaModel, Training, load_initial_values
from golden_format import numbers
from graph_mode import disable_v2
from interop_saved_models import roles_of
from name_eras import KERNEL, LINEAR, WEIGHTS, in_era, name_map

v1 = tf.compat.v1

V1, V2 = v1.train.SaverDef.V1, v1.train.SaverDef.V2
STEPS, NEXT_STEPS = 50, 10
# Rounding differences grow from step to step, as Adam divides by small numbers.
TOLERANCE = 1e-4


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """One fixture: format, names, number of shards."""

    name: str
    version: int
    era: str
    shards: int = 1


CHECKPOINTS = (
    Checkpoint("checkpoint_v2_kernel", V2, KERNEL),
    Checkpoint("checkpoint_v2_weights", V2, WEIGHTS),
    Checkpoint("checkpoint_v1_kernel", V1, KERNEL),
    Checkpoint("checkpoint_v1_weights", V1, WEIGHTS),
    Checkpoint("checkpoint_v1_linear", V1, LINEAR),
    Checkpoint("checkpoint_v2_shards", V2, KERNEL, shards=3),
    Checkpoint("checkpoint_v1_shards", V1, KERNEL, shards=2),
)


class Spread:
    """A device function that places the variables on the devices in turn."""

    def __init__(self, devices):
        self._devices, self._next = devices, 0

    def __call__(self, operation):
        if operation.type != "VariableV2":
            return "/cpu:0"
        self._next += 1
        return f"/cpu:{self._next % self._devices}"


def write_checkpoint(spec, encoded, characters, folder):
    """Trains, saves and continues. Returns the losses before and after the checkpoint."""
    with values.fresh_session(spec.shards) as session:
        with v1.device(Spread(spec.shards)):
            model = AnnaModel(characters)
        load_initial_values(session)
        saver = v1.train.Saver(
            name_map(v1.global_variables(), spec.era),
            sharded=spec.shards > 1,
            write_version=spec.version,
            save_relative_paths=True,
        )
        training = Training(session, model, encoded)
        losses, _ = training.run(STEPS, 1.0)
        saver.save(
            session,
            os.path.join(folder, "model.ckpt"),
            global_step=model.global_step,
            write_meta_graph=False,
        )
        # A resumed run starts from a zero state, and so does this one.
        next_losses, _ = Training(session, model, encoded, first_step=STEPS).run(NEXT_STEPS, 1.0)
        return losses, next_losses


def describe(spec, folder, losses, text, vocabulary):
    """The document of a checkpoint; predictions are computed from the files alone."""
    prefix = tf.train.latest_checkpoint(folder)
    with values.fresh_session() as session:
        model = AnnaModel(len(vocabulary), shape=SAMPLING)
        v1.train.Saver(name_map(v1.global_variables(), spec.era)).restore(session, prefix)
        roles = roles_of(model)
        evaluation = values.graph_evaluation(session, roles, text, vocabulary)
        names = {
            variable.op.name: in_era(variable.op.name, spec.era)
            for variable in v1.global_variables()
        }
    return values.document(
        spec.name,
        "checkpoint-v1" if spec.version == V1 else "checkpoint-v2",
        {
            "prefix": os.path.basename(prefix),
            "names": names,
            "variables": values.variable_summary(values.checkpoint_values(prefix)),
            "settings": {**SETTINGS, "steps": STEPS},
            "training": {
                "tolerance": TOLERANCE,
                "losses": numbers(losses[0]),
                "next_losses": numbers(losses[1]),
            },
            **evaluation,
        },
    )


def write(out, scratch):
    """Writes all checkpoints and documents to `<out>/src/test/resources/checkpoints`."""
    del scratch
    disable_v2()
    text = values.TrainingText()
    checkpoints = os.path.join(out, programs.RESOURCES, "checkpoints")
    for spec in CHECKPOINTS:
        folder = programs.fresh_folder(checkpoints, spec.name + values.TAG)
        losses = write_checkpoint(spec, text.encoded, len(text.vocabulary), folder)
        document = describe(spec, folder, losses, text.excerpt, text.vocabulary)
        golden_format.write(checkpoints, spec.name, document)
