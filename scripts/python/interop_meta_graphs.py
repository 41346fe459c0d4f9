"""MetaGraphs (`.meta`) of the book's training graph, each with its checkpoint."""

import dataclasses
import os

import tensorflow as tf

import golden_format
import interop_values as values
import programs
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
    """Restores the trained values, and saves MetaGraph and checkpoint as training programs do."""
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
                **values.graph_evaluation(session, roles, text, vocabulary),
            },
        )


def write_all(out, scratch, shapes, write_one, describe_one):
    """Writes a folder and a document for each shape of the trained graph to `<out>/graphs`."""
    disable_v2()
    text = values.TrainingText()
    prefix = os.path.join(scratch, "anna")
    trained_checkpoint(text, prefix)
    graphs = os.path.join(out, "graphs")
    for name, shape in shapes.items():
        folder = programs.fresh_folder(graphs, name + values.TAG)
        tensors = write_one(shape, len(text.vocabulary), prefix, folder)
        document = describe_one(name, folder, tensors, text.excerpt, text.vocabulary)
        golden_format.write(graphs, name, document)


def write(out, scratch):
    """Writes all MetaGraphs and their documents to `<out>/graphs`."""
    write_all(out, scratch, GRAPHS, write_meta_graph, describe)
