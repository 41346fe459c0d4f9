"""Frozen graphs: the book's sampling graph with variables converted to constants, in one `.pb`."""

import dataclasses
import os

import tensorflow as tf

import interop_values as values
from anna_model import AnnaModel, Shape
from interop_meta_graphs import write_all
from interop_saved_models import roles_of

v1 = tf.compat.v1

GRAPHS = {
    "frozen_graph": Shape(batch_size=1, num_steps=1, trained=False),
    "frozen_graph_unknown_sizes": Shape(batch_size=None, num_steps=None, trained=False),
}
FILE = "frozen.pb"


def write_frozen(shape, characters, prefix, folder):
    """Builds the graph, restores the trained values, freezes and writes it."""
    with values.fresh_session() as session:
        model = AnnaModel(characters, shape=shape)
        v1.train.Saver().restore(session, prefix)
        roles = roles_of(model)
        wanted = [name.split(":")[0] for name in [roles.predictions, *roles.final_state]]
        frozen = v1.graph_util.convert_variables_to_constants(
            session, session.graph.as_graph_def(), wanted
        )
        v1.train.write_graph(frozen, folder, FILE, as_text=False)
        return roles


def describe(name, folder, roles, text, vocabulary):
    """The document of a frozen graph, computed from the file alone."""
    with values.fresh_session() as session:
        graph = v1.GraphDef()
        with open(os.path.join(folder, FILE), "rb") as file:
            graph.ParseFromString(file.read())
        tf.import_graph_def(graph, name="")
        return values.document(
            name,
            "graph-def",
            {
                "file": FILE,
                "roles": dataclasses.asdict(roles),
                **values.graph_evaluation(session, roles, text, vocabulary),
            },
        )


def write(out, scratch):
    """Writes all frozen graphs and their documents to `<out>/graphs`."""
    write_all(out, scratch, GRAPHS, write_frozen, describe)
