"""Python TensorFlow's `dynamic_rnn` as a contender of scripts/bench.

    bench_dynamic_rnn.py train|sample input=one_hot units=512 ...

Implements the bench's protocol on standard input and output (Protocol.java in src/bench): `run N`,
`memory`, `quit`. The graph is that of the books' TF1 programs.
"""

import os
import sys
import time
import traceback

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

v1 = tf.compat.v1
CHARACTERS = 100  # per step of sampling
TOP_N = 4


class Network:
    """Sizes and settings from the command line."""

    def __init__(self, words):
        values = dict(word.split("=", 1) for word in words)
        self.input = values["input"]
        for name in ("inputs", "outputs", "units", "layers", "batch", "steps"):
            setattr(self, name, int(values[name]))
        for name in ("keep_prob", "clip", "learning_rate"):
            setattr(self, name, float(values[name]))
        self.symbols = self.input != "rows"


def build_cell(network, keep_prob):
    def layer():
        cell = v1.nn.rnn_cell.BasicLSTMCell(network.units)
        if keep_prob is None:
            return cell
        return v1.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=keep_prob)

    return v1.nn.rnn_cell.MultiRNNCell([layer() for _ in range(network.layers)])


class Graph:
    """Placeholders, the loop and the logits."""

    def __init__(self, network, batch, steps):
        self.network = network
        symbols = network.symbols
        shape = [batch, steps] if symbols else [batch, steps, network.inputs]
        self.inputs = v1.placeholder(tf.int32 if symbols else tf.float32, shape)
        dropped = network.keep_prob < 1
        self.keep_prob = v1.placeholder_with_default(1.0, []) if dropped else None
        cell = build_cell(network, self.keep_prob)
        self.initial_state = cell.zero_state(batch, tf.float32)
        outputs, self.final_state = v1.nn.dynamic_rnn(
            cell, self.read(), initial_state=self.initial_state
        )
        rows = tf.reshape(outputs, [-1, network.units]) if symbols else outputs[:, -1, :]
        weights = v1.get_variable("weights", [network.units, network.outputs])
        biases = v1.get_variable("biases", [network.outputs], initializer=v1.zeros_initializer())
        self.logits = tf.matmul(rows, weights) + biases

    def read(self):
        if self.network.input == "one_hot":
            return tf.one_hot(self.inputs, self.network.inputs)
        if self.network.input == "embedding":
            table = v1.get_variable("table", [self.network.inputs, self.network.units])
            return v1.nn.embedding_lookup(table, self.inputs)
        return self.inputs


class Training:
    def __init__(self, network):
        self.network = network
        self.graph = Graph(network, network.batch, network.steps)
        count = network.batch * (network.steps if network.symbols else 1)
        self.targets = v1.placeholder(tf.int32, [count])
        labels = tf.one_hot(self.targets, network.outputs)
        losses = v1.nn.softmax_cross_entropy_with_logits_v2(
            labels=labels, logits=self.graph.logits
        )
        self.loss = tf.reduce_mean(losses)
        variables = v1.trainable_variables()
        gradients = tf.gradients(self.loss, variables)
        if network.clip > 0:
            gradients, _ = tf.clip_by_global_norm(gradients, network.clip)
        optimizer = v1.train.AdamOptimizer(network.learning_rate)
        self.train = optimizer.apply_gradients(zip(gradients, variables))
        self.random = np.random.RandomState(1)
        self.session = v1.Session()
        self.session.run(v1.global_variables_initializer())
        self.state = self.session.run(self.graph.initial_state)

    def batch(self):
        network = self.network
        if network.symbols:
            symbols = self.random.randint(0, network.inputs, (network.batch, network.steps))
            return symbols, ((symbols + 1) % network.inputs).reshape(-1)
        classes = self.random.randint(0, network.outputs, network.batch)
        shape = (network.batch, network.steps, network.inputs)
        images = self.random.random_sample(shape).astype(np.float32)
        images[np.arange(network.batch), :, classes] = 1
        return images, classes

    def step(self):
        inputs, targets = self.batch()
        feed = {self.graph.inputs: inputs, self.targets: targets}
        if self.graph.keep_prob is not None:
            feed[self.graph.keep_prob] = self.network.keep_prob
        if not self.network.symbols:  # images have no state between steps
            return self.session.run([self.loss, self.train], feed)[0]
        feed[self.graph.initial_state] = self.state
        fetched = [self.loss, self.graph.final_state, self.train]
        loss, self.state, _ = self.session.run(fetched, feed)
        return loss


class Sampling:
    def __init__(self, network):
        self.graph = Graph(network, 1, 1)
        self.predictions = tf.nn.softmax(self.graph.logits)
        self.random = np.random.RandomState(1)
        self.session = v1.Session()
        self.session.run(v1.global_variables_initializer())
        self.state = self.session.run(self.graph.initial_state)
        self.symbol = 0

    def step(self):
        for _ in range(CHARACTERS):
            probabilities, self.state = self.session.run(
                [self.predictions, self.graph.final_state],
                {self.graph.inputs: [[self.symbol]], self.graph.initial_state: self.state},
            )
            likeliest = np.squeeze(probabilities).astype(np.float64)
            likeliest[np.argsort(likeliest)[:-TOP_N]] = 0
            likeliest /= np.sum(likeliest)
            self.symbol = self.random.choice(len(likeliest), p=likeliest)
        return 0


def peak_memory():
    """Peak resident memory in bytes, or `unknown`."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return "unknown"


def say(*words):
    print("bench", *words, flush=True)


def run(contestant, steps):
    seconds = []
    loss = 0
    for _ in range(steps):
        start = time.perf_counter()
        loss = contestant.step()
        seconds.append(time.perf_counter() - start)
    say("steps", float(loss), *seconds)


def serve(contestant):
    say("ready", "Python TensorFlow " + tf.__version__ + ", dynamic_rnn")
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            return
        if words == ["memory"]:
            say("memory", peak_memory())
        elif len(words) == 2 and words[0] == "run":
            run(contestant, int(words[1]))
        else:
            raise ValueError(f"expected run N, memory or quit, found: {line.strip()}")


def main(words):
    v1.disable_v2_behavior()
    v1.set_random_seed(1)
    network = Network(words[1:])
    serve({"train": Training, "sample": Sampling}[words[0]](network))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Exception as failure:  # reported to the parent process
        traceback.print_exc()
        say("failed", " ".join(f"{type(failure).__name__}: {failure}".split()))
        sys.exit(1)
