"""SavedModels of the book's model, exported by `simple_save` as TF1 programs do."""

import dataclasses
import os

import tensorflow as tf

import golden_format
import interop_values as values
import programs
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

# Keys of states: FULL initial_state_k and final_state_k; PAIRED state_k for both; POOR none.
FULL, PAIRED, POOR = "full", "paired", "poor"
TRAINING_STEPS = 600


@dataclasses.dataclass(frozen=True)
class Export:
    """One SavedModel: its name, its graph and its signature."""

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


def trained_checkpoint(training_text, prefix):
    """Trains the model for a short time and writes a checkpoint, which the exports restore."""
    with values.fresh_session() as session:
        model = AnnaModel(len(training_text.vocabulary))
        load_initial_values(session)
        Training(session, model, training_text.encoded).run(TRAINING_STEPS, 1.0)
        v1.train.Saver().save(session, prefix, write_meta_graph=False)


def roles_of(model):
    """The tensors of a model."""
    return Roles(
        inputs=model.inputs.name,
        predictions=model.predictions.name,
        initial_state=values.tensor_names(model.initial_state),
        final_state=values.tensor_names(model.final_state),
        keep_prob=model.keep_prob.name,
    )


def export(spec, characters, prefix, folder):
    """Builds the graph of the export, restores the trained values and saves it."""
    with values.fresh_session() as session:
        model = AnnaModel(characters, shape=spec.shape, names=spec.names)
        v1.train.Saver().restore(session, prefix)
        inputs, outputs = _signature(spec, model)
        v1.saved_model.simple_save(session, folder, inputs, outputs)
        return roles_of(model)


def _signature(spec, model):
    """Inputs and outputs of the signature, by key."""
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
                **values.graph_evaluation(session, roles, text, vocabulary),
            },
        )


def _tensors(by_key):
    return {key: values.shown(by_key[key]) for key in sorted(by_key)}


def write(out, scratch):
    """Writes all SavedModels and their documents to `<out>/graphs`."""
    disable_v2()
    text = values.TrainingText()
    prefix = os.path.join(scratch, "anna")
    trained_checkpoint(text, prefix)
    graphs = os.path.join(out, "graphs")
    for spec in EXPORTS:
        folder = programs.fresh_path(graphs, spec.name + values.TAG)
        roles = export(spec, len(text.vocabulary), prefix, folder)
        document = describe(spec.name, folder, roles, text.excerpt, text.vocabulary)
        golden_format.write(graphs, spec.name, document)
