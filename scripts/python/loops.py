"""Runs a cell over time by each of TF1's loops."""

import tensorflow as tf

from cells import CellBuilder

v1 = tf.compat.v1
OPTIONS = {
    "dynamic_rnn": {"time_major", "sequence_length", "scope"},
    "static_rnn": {"sequence_length", "scope"},
    "bidirectional_dynamic_rnn": {"time_major", "sequence_length", "scope", "cell_bw"},
    "stack_bidirectional_dynamic_rnn": {"time_major", "sequence_length", "scope", "cell_bw"},
    "static_bidirectional_rnn": {"sequence_length", "scope", "cell_bw"},
    "rnn_decoder": {"scope", "loop_function"},
}


class Loop:
    """The graph of a cell in a loop: inputs, initial states if they are fed, outputs and states.

    `inputs` is [B, T, D] ([T, B, D] if time_major). States are flat lists, forward cell first.
    Dynamic loops use parallel_iterations=1: overlapping steps could draw random numbers in
    another order.
    """

    def __init__(self, cell_spec, loop_spec, inputs_shape, fed_state, dtype=tf.float32):
        self.kind = loop_spec["kind"]
        unknown = set(loop_spec) - OPTIONS[self.kind] - {"kind"}
        if unknown:
            raise ValueError(f"unknown options of {self.kind}: {sorted(unknown)}")
        self.spec = loop_spec
        self.dtype = tf.as_dtype(dtype)
        builder = CellBuilder(self.dtype)
        self.cells = [builder.build(cell_spec)]
        if "cell_bw" in loop_spec:
            self.cells.append(builder.build(loop_spec["cell_bw"]))
        self.feeds = builder.feeds
        self.time_major = loop_spec.get("time_major", False)
        self.batch_size = inputs_shape[1 if self.time_major else 0]
        self.inputs = v1.placeholder(self.dtype, inputs_shape, name="inputs")
        self.initial = [self._initial_state(cell) for cell in self.cells] if fed_state else []
        self.initial_state = tf.nest.flatten(self.initial)
        self.outputs, state = getattr(self, "_" + self.kind)()
        self.final_state = tf.nest.flatten(state)

    def _initial_state(self, cell):
        return tf.nest.map_structure(
            lambda size: v1.placeholder(self.dtype, [self.batch_size, size]), cell.state_size
        )

    def _lengths(self):
        lengths = self.spec.get("sequence_length")
        if lengths is None:
            return None
        placeholder = v1.placeholder(tf.int32, [self.batch_size])
        self.feeds[placeholder] = lengths
        return placeholder

    def _dynamic_rnn(self):
        return v1.nn.dynamic_rnn(
            self.cells[0],
            self.inputs,
            sequence_length=self._lengths(),
            initial_state=self.initial[0] if self.initial else None,
            dtype=self.dtype,
            parallel_iterations=1,
            time_major=self.time_major,
            scope=self.spec.get("scope"),
        )

    def _static_rnn(self):
        outputs, state = v1.nn.static_rnn(
            self.cells[0],
            tf.unstack(self.inputs, axis=1),
            initial_state=self.initial[0] if self.initial else None,
            dtype=self.dtype,
            sequence_length=self._lengths(),
            scope=self.spec.get("scope"),
        )
        return tf.stack(outputs, axis=1), state

    def _bidirectional_dynamic_rnn(self):
        forward, backward = self.initial or (None, None)
        outputs, states = v1.nn.bidirectional_dynamic_rnn(
            *self.cells,
            self.inputs,
            sequence_length=self._lengths(),
            initial_state_fw=forward,
            initial_state_bw=backward,
            dtype=self.dtype,
            parallel_iterations=1,
            time_major=self.time_major,
            scope=self.spec.get("scope"),
        )
        return tf.concat(outputs, axis=-1), states

    def _stack_bidirectional_dynamic_rnn(self):
        """tf.contrib.rnn's loop, which TF 2 lacks; both cells are MultiRNNCells of its layers."""
        layers = zip(*(cell._cells for cell in self.cells))
        lengths, outputs, states = self._lengths(), self.inputs, []
        with v1.variable_scope(self.spec.get("scope") or "stack_bidirectional_rnn"):
            for k, (cell_fw, cell_bw) in enumerate(layers):
                with v1.variable_scope(f"cell_{k}"):
                    both, state = v1.nn.bidirectional_dynamic_rnn(
                        cell_fw,
                        cell_bw,
                        outputs,
                        sequence_length=lengths,
                        initial_state_fw=self.initial[0][k] if self.initial else None,
                        initial_state_bw=self.initial[1][k] if self.initial else None,
                        dtype=self.dtype,
                        parallel_iterations=1,
                        time_major=self.time_major,
                    )
                    outputs = tf.concat(both, axis=2)
                states.append(state)
        return outputs, list(zip(*states))

    def _static_bidirectional_rnn(self):
        forward, backward = self.initial or (None, None)
        outputs, *states = v1.nn.static_bidirectional_rnn(
            *self.cells,
            tf.unstack(self.inputs, axis=1),
            initial_state_fw=forward,
            initial_state_bw=backward,
            dtype=self.dtype,
            sequence_length=self._lengths(),
            scope=self.spec.get("scope"),
        )
        return tf.stack(outputs, axis=1), states

    def _rnn_decoder(self):
        """TF1's legacy_seq2seq.rnn_decoder, which TF 2 no longer has."""
        cell, depth = self.cells[0], self.inputs.shape[-1]
        state = self.initial[0] if self.initial else cell.zero_state(self.batch_size, self.dtype)
        outputs = []
        with v1.variable_scope(self.spec.get("scope") or "rnn_decoder"):
            for step, step_inputs in enumerate(tf.unstack(self.inputs, axis=1)):
                if step > 0:
                    v1.get_variable_scope().reuse_variables()
                    if self.spec.get("loop_function") == "tanh":
                        step_inputs = tf.tanh(outputs[-1][:, :depth])
                output, state = cell(step_inputs, state)
                outputs.append(output)
        return tf.stack(outputs, axis=1), state
