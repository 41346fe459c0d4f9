"""`save` folders of char-rnn-tensorflow: pickles, `checkpoint`, `model.ckpt-N.*`."""

import argparse
import collections
import dataclasses
import os
import pickle
import shutil

import tensorflow as tf

import golden_format
import interop_values as values
import programs
from char_rnn_model import CharRnnModel, initialize, train
from golden_format import numbers
from graph_mode import disable_v2
from name_eras import KERNEL, LINEAR, WEIGHTS, in_era, name_map
from python2_pickle import dump as dump_like_python2

v1 = tf.compat.v1

V1, V2 = v1.train.SaverDef.V1, v1.train.SaverDef.V2
STEPS = 30
# Steps after the checkpoint: across the end of the first epoch, with clipped gradients.
NEXT_STEPS, NEXT_GRAD_CLIP = 15, 0.1
PYTHON2 = "python 2, protocol 0"


@dataclasses.dataclass(frozen=True)
class Folder:
    """One fixture."""

    model: str
    layers: int
    era: str
    protocol: object
    version: int = V2
    foreign_paths: bool = False

    @property
    def name(self):
        """Cell, number of layers and era of names."""
        return f"{self.model}_{self.layers}_{self.era}"


FOLDERS = (
    Folder("rnn", 1, KERNEL, 4),
    Folder("rnn", 2, LINEAR, PYTHON2, version=V1),
    Folder("rnn", 3, WEIGHTS, 2),
    Folder("gru", 1, WEIGHTS, 0),
    Folder("gru", 2, KERNEL, 2),
    Folder("gru", 3, LINEAR, PYTHON2, version=V1),
    Folder("lstm", 1, LINEAR, PYTHON2, version=V1, foreign_paths=True),
    Folder("lstm", 2, WEIGHTS, 0, foreign_paths=True),
    Folder("lstm", 3, KERNEL, 4),
)


def settings_of(spec, vocab_size):
    """The original program's options; older versions had no dropout and no log folder."""
    options = {
        "data_dir": "data/tinyshakespeare",
        "save_dir": "save",
        "rnn_size": 12,
        "num_layers": spec.layers,
        "model": spec.model,
        "batch_size": 4,
        "seq_length": 10,
        "num_epochs": 50,
        "save_every": 1000,
        "grad_clip": 5.0,
        "learning_rate": 0.01,
        "decay_rate": 0.97,
        "vocab_size": vocab_size,
    }
    if spec.era != LINEAR:
        options["init_from"] = None
    if spec.era == KERNEL:
        options.update(log_dir="logs", input_keep_prob=1.0, output_keep_prob=0.5)
    return argparse.Namespace(**options)


def continued(settings, encoded, era, prefix):
    """Losses of a run that continues from the files, with a zero state and a smaller clip."""
    settings = argparse.Namespace(**{**vars(settings), "grad_clip": NEXT_GRAD_CLIP})
    with values.fresh_session() as session:
        model = CharRnnModel(settings)
        v1.train.Saver(name_map(v1.global_variables(), era)).restore(session, prefix)
        losses = train(session, model, settings, encoded, NEXT_STEPS, first_step=STEPS)
    return {"grad_clip": NEXT_GRAD_CLIP, "losses": numbers(losses)}


def by_frequency(text):
    """The original program's vocabulary: the most frequent character first."""
    return tuple(character for character, _ in collections.Counter(text).most_common())


def dump(path, value, protocol):
    """Writes one pickle, as the Python of that time did."""
    with open(path, "wb") as file:
        if protocol == PYTHON2:
            dump_like_python2(value, file)
        else:
            pickle.dump(value, file, protocol=protocol)


def write_folder(spec, text, folder):
    """Trains and saves all variables, slots included. Returns the losses before and after."""
    characters = by_frequency(text)
    settings = settings_of(spec, len(characters))
    dump(os.path.join(folder, "config.pkl"), settings, spec.protocol)
    vocabulary = (characters, dict(zip(characters, range(len(characters)))))
    dump(os.path.join(folder, "chars_vocab.pkl"), vocabulary, spec.protocol)
    with values.fresh_session() as session:
        model = CharRnnModel(settings)
        initialize(session, seed=spec.layers)
        losses = train(session, model, settings, values.encode(text, characters), STEPS)
        saver = v1.train.Saver(
            name_map(v1.global_variables(), spec.era),
            write_version=spec.version,
            save_relative_paths=True,
        )
        prefix = os.path.join(folder, "model.ckpt")
        saver.save(session, prefix, global_step=STEPS, write_meta_graph=False)
    if spec.foreign_paths:
        write_foreign_paths(folder)
    encoded = values.encode(text, characters)
    return losses, continued(settings, encoded, spec.era, f"{prefix}-{STEPS}")


def write_foreign_paths(folder):
    """The state file of another machine: absolute paths that do not exist here."""
    path = "/home/somebody/char-rnn-tensorflow/save/model.ckpt"
    with open(os.path.join(folder, "checkpoint"), "w", encoding="ascii") as file:
        file.write(f'model_checkpoint_path: "{path}-{STEPS}"\n')
        for step in (STEPS - 10, STEPS):
            file.write(f'all_model_checkpoint_paths: "{path}-{step}"\n')


def evaluate(folder, era, text, prefix):
    """Results of a save folder, from its files alone."""
    settings, (characters, positions) = (
        load_pickle(os.path.join(folder, name)) for name in ("config.pkl", "chars_vocab.pkl")
    )
    if [positions[character] for character in characters] != list(range(len(characters))):
        raise ValueError(f"{folder}: the vocabulary's two halves differ")
    with values.fresh_session() as session:
        model = CharRnnModel(settings, batch_size=1, seq_length=1)
        v1.train.Saver(name_map(v1.global_variables(), era)).restore(session, prefix)
        names = {
            variable.op.name: in_era(variable.op.name, era) for variable in v1.global_variables()
        }
        return {
            "settings": vars(settings),
            "names": names,
            "variables": values.variable_summary(values.checkpoint_values(prefix)),
            **values.graph_evaluation(session, model.roles(), text, "".join(characters)),
        }


def load_pickle(path):
    """Reads a pickle written by this program, in any of its protocols."""
    with open(path, "rb") as file:
        return pickle.load(file)


def write_nas(folders):
    """A cell that TensorFlow 2 does not have, with the variable names of TF 1.2 and later."""
    source, folder = _source(folders), _fresh(folders, "refused_nas")
    name = "chars_vocab.pkl"
    shutil.copyfile(os.path.join(source, name), os.path.join(folder, name))
    settings = load_pickle(os.path.join(source, "config.pkl"))
    settings.model = "nas"
    dump(os.path.join(folder, "config.pkl"), settings, 2)
    size, characters = settings.rnn_size, settings.vocab_size
    cell = "rnnlm/multi_rnn_cell/cell_0/nas_cell"
    shapes = {
        "rnnlm/softmax_w": [size, characters],
        "rnnlm/softmax_b": [characters],
        "embedding": [characters, size],
        f"{cell}/kernel": [size, 8 * size],
        f"{cell}/recurrent_kernel": [size, 8 * size],
    }
    with values.fresh_session() as session:
        for name, shape in shapes.items():
            v1.get_variable(name, shape)
        initialize(session, seed=8)
        values.save_checkpoint(session, folder, STEPS)


def write_other_pickles(folders):
    """Settings of a class of another package, and a vocabulary whose pickle calls a function."""
    source = _source(folders)
    folder = _fresh(folders, "refused_class")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    settings = pickle.dumps(load_pickle(os.path.join(source, "config.pkl")), protocol=2)
    with open(os.path.join(folder, "config.pkl"), "wb") as file:
        file.write(settings.replace(b"cargparse\nNamespace\n", b"ceasydict\nEasyDict\n"))
    folder = _fresh(folders, "refused_call")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    with open(os.path.join(folder, "chars_vocab.pkl"), "wb") as file:
        file.write(b"cos\nsystem\n(S'true'\ntR.")


def _source(folders):
    return os.path.join(folders, FOLDERS[0].name + values.TAG)


def _fresh(folders, name):
    return programs.fresh_folder(folders, name + values.TAG)


def write(out, scratch):
    """Writes all folders and documents to `<out>/src/test/resources/save-folders`."""
    del scratch
    disable_v2()
    text = values.TrainingText()
    folders = os.path.join(out, programs.RESOURCES, "save-folders")
    for spec in FOLDERS:
        folder = _fresh(folders, spec.name)
        losses, after = write_folder(spec, text.text, folder)
        prefix = os.path.join(folder, f"model.ckpt-{STEPS}")
        parts = {"prefix": os.path.basename(prefix), "losses": numbers(losses)}
        parts["continued"] = after
        parts.update(evaluate(folder, spec.era, text.excerpt, prefix))
        golden_format.write(
            folders, spec.name, values.document(spec.name, "char-rnn-tensorflow", parts)
        )
    write_nas(folders)
    write_other_pickles(folders)
