"""SavedModels of Keras 2 character models (Embedding, LSTM, Dense), exported as TF2 programs do."""

import os

import numpy as np
import tensorflow as tf

import golden_format
import interop_values as values
import programs
from golden_format import numbers

EMBEDDING_SIZE, LSTM_SIZE = 8, 16
VALUES_SEED = 18770301
layers = tf.keras.layers


def set_values(model):
    """Asymmetric weights, large enough that predictions differ and depend on the state."""
    random = np.random.RandomState(VALUES_SEED)
    for weight in model.weights:
        weight.assign(random.normal(size=weight.shape) * 0.6)


def stateful_model(characters, activation):
    """The usual text generator: batch 1, and a state in variables of the layer."""
    model = tf.keras.Sequential(
        [
            layers.Embedding(characters, EMBEDDING_SIZE, batch_input_shape=[1, None]),
            layers.LSTM(LSTM_SIZE, return_sequences=True, stateful=True),
            layers.Dense(characters, activation=activation),
        ]
    )
    set_values(model)
    return model


class Resettable(tf.Module):
    """A stateful model with two signatures: a step, and a reset."""

    def __init__(self, model):
        super().__init__()
        recurrent = model.layers[1]
        self.weights = model.weights
        self.states = recurrent.states
        self._serve = tf.function(
            lambda inputs: {"predictions": model(inputs)},
            input_signature=[tf.TensorSpec([1, None], tf.int64, name="inputs")],
        )
        self._reset = tf.function(self._zero_states, input_signature=[])

    def _zero_states(self):
        for state in self.states:
            state.assign(tf.zeros_like(state))
        return {"states": tf.constant(len(self.states))}

    def signatures(self):
        """The signatures for `tf.saved_model.save`."""
        return {"serving_default": self._serve, "reset_states": self._reset}


class ExplicitState(tf.Module):
    """Two layers whose states are inputs and outputs of the signature: h before c, as in Keras."""

    def __init__(self, characters):
        super().__init__()
        embedding = layers.Embedding(characters, EMBEDDING_SIZE)
        recurrent = [
            layers.LSTM(LSTM_SIZE, return_sequences=True, return_state=True) for _ in range(2)
        ]
        dense = layers.Dense(characters, activation="softmax")

        def step(inputs, **states):
            rows, final = embedding(inputs), {}
            for k, layer in enumerate(recurrent):
                keys = (2 * k, 2 * k + 1)
                rows, *after = layer(
                    rows, initial_state=[states[f"initial_state_{key}"] for key in keys]
                )
                final.update({f"final_state_{key}": leaf for key, leaf in zip(keys, after)})
            return {"predictions": dense(rows), **final}

        specification = {
            key: tf.TensorSpec([None, LSTM_SIZE], tf.float32, name=key)
            for key in (f"initial_state_{k}" for k in range(4))
        }
        self._function = tf.function(step).get_concrete_function(
            inputs=tf.TensorSpec([None, None], tf.int32, name="inputs"), **specification
        )
        # The layers are not attributes, so only the weights and the function are exported.
        self.weights = [
            weight for part in (embedding, *recurrent, dense) for weight in part.weights
        ]
        set_values(self)

    def signatures(self):
        """The signatures for `tf.saved_model.save`."""
        return {"serving_default": self._function}


class LoadedStepper:
    """Calls the signature of a loaded model for one character at a time, from a zero state."""

    num_steps = 1

    def __init__(self, loaded, reset):
        self._function = loaded.signatures["serving_default"]
        specification = self._function.structured_input_signature[1]
        names = sorted(specification)
        self._input = next(name for name in names if not name.startswith("initial_state"))
        self._type = specification[self._input].dtype
        self._states = {
            name: tf.zeros([1, LSTM_SIZE]) for name in names if name.startswith("initial_state")
        }
        reset(loaded)

    def __call__(self, window):
        inputs = {self._input: tf.cast([window], self._type), **self._states}
        outputs = dict(self._function(**inputs))
        for name in self._states:
            self._states[name] = outputs.pop(name.replace("initial", "final"))
        (rows,) = outputs.values()
        return rows.numpy().reshape(len(window), -1)


def softmax(make_stepper):
    """Makes steppers of a model whose output is logits."""

    class Softmax:
        num_steps = 1

        def __init__(self):
            self._stepper = make_stepper()

        def __call__(self, window):
            return tf.nn.softmax(self._stepper(window)).numpy()

    return Softmax


def zero_layer_states(loaded):
    """Resets the variables of the layer, as Keras saves no function for it."""
    for state in getattr(loaded, "layer-1").keras_api.states:
        state.assign(tf.zeros_like(state))


def call_reset(loaded):
    """Calls the exported signature."""
    loaded.signatures["reset_states"]()


def keep_state(loaded):
    """Does nothing, for models without state variables."""
    del loaded


def describe(name, folder, reset, logits, text, vocabulary):
    """The document of a SavedModel, computed from the files alone."""
    loaded = tf.saved_model.load(folder)
    # The saved state is not zero, so a loader that does not reset it gives this result.
    as_saved = LoadedStepper(loaded, keep_state)([0])[0] if reset is not keep_state else None
    make_stepper = lambda: LoadedStepper(loaded, reset)
    return values.document(
        name,
        "saved-model",
        {
            "output": "logits" if logits else "probabilities",
            "signatures": signatures_of(folder),
            "checkpoint": [
                key for key, _ in tf.train.list_variables(f"{folder}/variables/variables")
            ],
            "output_without_reset": (
                None if as_saved is None else {"index": 0, "values": numbers(as_saved)}
            ),
            **values.evaluation(
                softmax(make_stepper) if logits else make_stepper, text, vocabulary
            ),
        },
    )


def signatures_of(folder):
    """Keys, names, types and shapes of all signatures except the empty one for initialization."""
    with values.fresh_session() as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], folder)
        return {
            key: {
                side: {
                    name: values.shown(tensors[name]) for name in sorted(tensors)
                }
                for side, tensors in (
                    ("inputs", definition.inputs),
                    ("outputs", definition.outputs),
                )
            }
            for key, definition in sorted(meta.signature_def.items())
            if not key.startswith("__")
        }


def write(out, scratch):
    """Writes all SavedModels and their documents to `<out>/graphs`."""
    del scratch
    text = values.TrainingText()
    vocabulary = text.vocabulary
    graphs = os.path.join(out, "graphs")
    characters = len(vocabulary)
    used = tf.constant([values.encode("every unhappy family", vocabulary)])

    stateful = stateful_model(characters, None)
    stateful(used)
    folder = programs.fresh_path(graphs, "keras_stateful" + values.TAG)
    stateful.save(folder, save_format="tf")

    resettable = stateful_model(characters, "softmax")
    resettable(used)
    module = Resettable(resettable)
    folder = programs.fresh_path(graphs, "keras_stateful_reset" + values.TAG)
    tf.saved_model.save(module, folder, signatures=module.signatures())

    explicit = ExplicitState(characters)
    folder = programs.fresh_path(graphs, "keras_explicit_state" + values.TAG)
    tf.saved_model.save(explicit, folder, signatures=explicit.signatures())

    for name, reset, logits in (
        ("keras_stateful", zero_layer_states, True),
        ("keras_stateful_reset", call_reset, False),
        ("keras_explicit_state", keep_state, False),
    ):
        folder = os.path.join(graphs, name + values.TAG)
        document = describe(name, folder, reset, logits, text.excerpt, vocabulary)
        golden_format.write(graphs, name, document)
