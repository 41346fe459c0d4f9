"""MetaGraphs (`.meta`) of the book's training graph, each with its checkpoint."""

import dataclasses
import os
import shutil

import tensorflow as tf

import golden_format
import interop_values as values
from anna_model import AnnaModel, Shape
from graph_mode import disable_v2
from interop_saved_models import TRAINING_STEPS, roles_of, trained_checkpoint

v1 = tf.compat.v1

GRAPHS = {
    "meta_graph_while": Shape(),
    "meta_graph_unrolled": Shape(batch_size=4, num_steps=2, unrolled=True),
    "meta_graph_unknown_sizes": Shape(batch_size=None, num_steps=None, trained=False),
}


def write_meta_graph(shape, characters, prefix, folder):
    """Restores the trained values into the graph, and saves both as a training program does."""
    with values.fresh_session() as session:
        model = AnnaModel(characters, shape=shape)
        saver = v1.train.Saver(save_relative_paths=True)
        saver.restore(session, prefix)
        saver.save(session, os.path.join(folder, "model.ckpt"), global_step=TRAINING_STEPS)
        tensors = {**dataclasses.asdict(roles_of(model)), "targets": model.targets.name}
        tensors["loss"] = model.loss.name
        if shape.trained:
            tensors["train"] = model.train.name
        return tensors


def describe(name, folder, tensors, text, vocabulary):
    """The document of a MetaGraph, computed from the files alone."""
    prefix = tf.train.latest_checkpoint(folder)
    roles = values.Roles(
        **{field.name: tensors[field.name] for field in dataclasses.fields(values.Roles)}
    )
    with values.fresh_session() as session:
        saver = v1.train.import_meta_graph(prefix + ".meta")
        saver.restore(session, prefix)
        saver_definition = saver.as_saver_def()
        shape = session.graph.get_tensor_by_name(roles.inputs).shape.as_list()
        return values.document(
            name,
            "meta-graph",
            {
                "prefix": os.path.basename(prefix),
                "roles": tensors,
                "inputs_shape": shape,
                "saver": {
                    "filename_tensor": saver_definition.filename_tensor_name,
                    "save_tensor": saver_definition.save_tensor_name,
                    "restore_operation": saver_definition.restore_op_name,
                },
                **values.evaluation(
                    lambda: values.GraphStepper(session, roles), text, vocabulary
                ),
            },
        )


def write_all(out, scratch, shapes, write_one, describe_one):
    """One folder and one document for each shape of the trained graph, to `<out>/graphs`."""
    disable_v2()
    text = values.read_text()
    vocabulary = values.vocabulary_of(text)
    prefix = os.path.join(scratch, "anna")
    trained_checkpoint(text, vocabulary, prefix)
    graphs = os.path.join(out, "graphs")
    for name, shape in shapes.items():
        folder = os.path.join(graphs, name + values.TAG)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        tensors = write_one(shape, len(vocabulary), prefix, folder)
        part = text[: values.CROSS_ENTROPY_CHARACTERS]
        golden_format.write(graphs, name, describe_one(name, folder, tensors, part, vocabulary))


def write(out, scratch):
    """All MetaGraphs and their documents, to `<out>/graphs`."""
    write_all(out, scratch, GRAPHS, write_meta_graph, describe)
