"""SavedModels of the book's model as Python TF1 programs export them (`simple_save`)."""

import dataclasses
import os
import shutil

import tensorflow as tf

import golden_format
import interop_values as values
from anna_model import (
    SAMPLING,
    AnnaModel,
    Names,
    Shape,
    Training,
    load_initial_values,
)
from graph_mode import disable_v2
from interop_values import Roles

v1 = tf.compat.v1

# Full: initial_state_k and final_state_k; paired: a state has one key on both sides.
FULL, PAIRED, POOR = "full", "paired", "poor"
TRAINING_STEPS = 600


@dataclasses.dataclass(frozen=True)
class Export:
    """One SavedModel: its name, how its graph is built, what its signature tells."""

    name: str
    shape: Shape = SAMPLING
    names: Names = Names()
    signature: str = FULL


EXPORTS = (
    Export("saved_model_full_signature", shape=dataclasses.replace(SAMPLING, trained=False)),
    Export(
        "saved_model_poor_signature",
        shape=dataclasses.replace(SAMPLING, trained=False),
        signature=POOR,
    ),
    Export(
        "saved_model_odd_names",
        shape=dataclasses.replace(SAMPLING, trained=False),
        names=Names("chars_in", "chars_after", "p_keep", "scores/out", memory="memory"),
        signature=POOR,
    ),
    Export(
        "saved_model_batch_4", shape=Shape(batch_size=4, num_steps=1, trained=False)
    ),
    Export(
        "saved_model_unknown_sizes",
        shape=Shape(batch_size=None, num_steps=None, trained=False),
    ),
)


def trained_checkpoint(text, vocabulary, prefix):
    """Trains the model a little, and writes its checkpoint for the exports to restore."""
    with values.fresh_session() as session:
        model = AnnaModel(len(vocabulary))
        load_initial_values(session)
        Training(session, model, values.encode(text, vocabulary)).run(TRAINING_STEPS, 1.0)
        v1.train.Saver().save(session, prefix, write_meta_graph=False)


def roles_of(model):
    """The tensors of a model that is being built."""
    return Roles(
        inputs=model.inputs.name,
        predictions=model.predictions.name,
        initial_state=[leaf.name for leaf in tf.nest.flatten(model.initial_state)],
        final_state=[leaf.name for leaf in tf.nest.flatten(model.final_state)],
        keep_prob=model.keep_prob.name,
    )


def export(spec, characters, prefix, folder):
    """Restores the trained values into the graph of the export and saves it."""
    with values.fresh_session() as session:
        model = AnnaModel(characters, shape=spec.shape, names=spec.names)
        v1.train.Saver().restore(session, prefix)
        inputs, outputs = _signature(spec, model)
        v1.saved_model.simple_save(session, folder, inputs, outputs)
        return roles_of(model)


def _signature(spec, model):
    """Keys of the signature. The full one names every tensor that a caller needs."""
    if spec.signature == POOR:
        return {"inputs": model.inputs}, {"predictions": model.predictions}
    inputs = {"inputs": model.inputs, "keep_prob": model.keep_prob}
    outputs = {"predictions": model.predictions}
    paired = spec.signature == PAIRED
    before, after = ("state", "state") if paired else ("initial_state", "final_state")
    for k, leaf in enumerate(tf.nest.flatten(model.initial_state)):
        inputs[f"{before}_{k}"] = leaf
    for k, leaf in enumerate(tf.nest.flatten(model.final_state)):
        outputs[f"{after}_{k}"] = leaf
    return inputs, outputs


def describe(name, folder, roles, text, vocabulary):
    """The document of an export, computed from the files alone."""
    with values.fresh_session() as session:
        meta = v1.saved_model.load(session, [v1.saved_model.tag_constants.SERVING], folder)
        signature = meta.signature_def["serving_default"]
        return values.document(
            name,
            "saved-model",
            {
                "roles": dataclasses.asdict(roles),
                "signature": {
                    "name": "serving_default",
                    "inputs": _tensors(signature.inputs),
                    "outputs": _tensors(signature.outputs),
                },
                **values.evaluation(
                    lambda: values.GraphStepper(session, roles), text, vocabulary
                ),
            },
        )


def _tensors(by_key):
    return {key: values.shown(by_key[key]) for key in sorted(by_key)}


def write(out, scratch):
    """All SavedModels and their documents, to `<out>/graphs`."""
    disable_v2()
    text = values.read_text()
    vocabulary = values.vocabulary_of(text)
    prefix = os.path.join(scratch, "anna")
    trained_checkpoint(text, vocabulary, prefix)
    graphs = os.path.join(out, "graphs")
    for spec in EXPORTS:
        folder = os.path.join(graphs, spec.name + values.TAG)
        shutil.rmtree(folder, ignore_errors=True)
        roles = export(spec, len(vocabulary), prefix, folder)
        part = text[: values.CROSS_ENTROPY_CHARACTERS]
        golden_format.write(
            graphs, spec.name, describe(spec.name, folder, roles, part, vocabulary)
        )
