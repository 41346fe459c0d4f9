"""Goldens of training data: `batch_cases.py --out DIR`.

Writes cookbook_text, cookbook_batches and mnist_batches: the cleaning, vocabularies and batches of
the TensorFlow Machine Learning Cookbook's chapter 9 with Python's own regular expressions, Counter
and NumPy; and the pixels and batches of TF1's MNIST tutorial data.
"""

import collections
import re
import string

import numpy as np

import golden_format
import programs

PUNCTUATION = "".join(mark for mark in string.punctuation if mark not in "-'")

TEXTS = (
    ("plain", "From fairest creatures\r\n  We desire INCREASE,\r\nThat"),
    ("all punctuation", "a" + "b".join(string.punctuation) + "c"),
    ("hyphen and apostrophe", "well-known 'tis o'er--and- 'out'"),
    ("lone carriage returns", "one\rtwo\r\r\n\nthree\n\rfour\r"),
    ("white space", "\t a\u00a0b\u2003c\u3000d\x1ce\x85f\u200bg\v\f h \n"),
    ("lower case", "ÀÉÎ \u0130stanbul ΣΟΦΟΣ ΣΑΣ. Straße \U00010400 \u1e9e"),
    ("nothing left", " .,;\r\n"),
    ("backslashes", "a\\b \\ c\\"),
)

# (case, length of the text, batch_size, training_seq_len)
BATCHES = (
    ("one short batch", 3, 2, 3),
    ("one symbol", 1, 2, 2),
    ("exactly one batch", 6, 2, 3),
    ("one more than a batch", 7, 2, 3),
    ("parts of two lengths", 50, 2, 4),
    ("parts of one length", 48, 3, 5),
    ("one row", 23, 1, 6),
    ("one column", 23, 6, 1),
    ("long", 1000, 5, 7),
)

# (case, examples, batch_size, batches)
NEXT_BATCHES = (
    ("epoch ends inside a batch", 10, 4, 9),
    ("epoch ends with a batch", 8, 4, 6),
    ("whole epoch a batch", 5, 5, 4),
    ("one at a time", 3, 1, 8),
    ("more than half", 7, 5, 8),
)


def clean(text):
    """The cookbook's cleaning: drop newlines, punctuation to spaces, single spaces, lower case."""
    text = text.replace("\r\n", "").replace("\n", "")
    text = re.sub(r"[{}]".format(PUNCTUATION), " ", text)
    return re.sub(r"\s+", " ", text).strip().lower()


def numbered(symbols):
    """Number 0 is `unknown`; the others are numbered by first occurrence, a dict's order."""
    numbers = {symbol: number + 1 for number, symbol in enumerate(symbols)}
    numbers["unknown"] = 0
    return numbers


def character_numbers(text):
    """The vocabulary of the chapter's second program."""
    return numbered(collections.Counter(list(text)).keys())


def word_numbers(text, min_word_freq):
    """The vocabulary of the chapter's first program: words with more than that many occurrences."""
    counts = collections.Counter(text.split(" "))
    return numbered([word for word, count in counts.items() if count > min_word_freq])


def vocabulary_case(label, text, numbers, symbols, min_word_freq=None):
    """A text, its vocabulary, and the text as numbers."""
    return {
        "case": label,
        "text": text,
        "min_word_freq": min_word_freq,
        "symbols": [[symbol, number] for symbol, number in numbers.items()],
        "numbers": [numbers.get(symbol, 0) for symbol in symbols],
    }


def vocabulary_cases():
    """Characters, and words with and without the word `unknown` among the frequent ones."""
    with open(programs.TEXT, encoding="utf-8") as file:
        prose = clean(file.read())[:6000].strip()
    cases = [vocabulary_case("characters", prose, character_numbers(prose), prose)]
    words = (
        ("words", prose, 5),
        ("every word", prose[:400].strip(), 0),
        ("no word is frequent", "to be or not to be", 2),
        ("unknown is rare", "the unknown the king the", 2),
        ("unknown is frequent", "a unknown a unknown b a b unknown b c", 2),
    )
    for label, text, frequency in words:
        numbers = word_numbers(text, frequency)
        cases.append(vocabulary_case(label, text, numbers, text.split(" "), frequency))
    return cases


def cookbook_text():
    """The cleaning of texts and of every character of the BMP, and the vocabularies."""
    basic_plane = [point for point in range(0x10000) if not 0xD800 <= point <= 0xDFFF]
    return {
        "generator": "scripts/python/batch_cases.py",
        "cleaning": [{"case": label, "text": text, "clean": clean(text)} for label, text in TEXTS],
        "become_a_space": [point for point in basic_plane if clean(f"a{chr(point)}b") == "a b"],
        "vanish": [point for point in basic_plane if clean(f"a{chr(point)}b") == "ab"],
        "vocabularies": vocabulary_cases(),
    }


def cookbook_windows(encoded, batch_size, training_seq_len):
    """The inputs of an epoch's batches, not shuffled, and their targets."""
    num_batches = int(len(encoded) / (batch_size * training_seq_len)) + 1
    batches = [
        np.resize(part, [batch_size, training_seq_len])
        for part in np.array_split(encoded, num_batches)
    ]
    return batches, [np.roll(batch, -1, axis=1) for batch in batches]


def cookbook_case(label, length, batch_size, training_seq_len, seed):
    """The batches of a text."""
    text = np.random.RandomState(seed).randint(0, 40, length)
    batches, targets = cookbook_windows(text, batch_size, training_seq_len)
    return {
        "case": label,
        "batch_size": batch_size,
        "training_seq_len": training_seq_len,
        "text": golden_format.tensor(text),
        "batches": golden_format.tensors(batches),
        "targets": golden_format.tensors(targets),
    }


class DataSet:
    """The order of the examples of TF1's `DataSet.next_batch`."""

    def __init__(self, num_examples, random):
        self._num_examples = num_examples
        self._random = random
        self._examples = np.arange(num_examples)
        self._epochs_completed = 0
        self._index_in_epoch = 0
        self.orders = []

    def next_batch(self, batch_size):
        """The numbers of the next examples."""
        start = self._index_in_epoch
        if self._epochs_completed == 0 and start == 0:
            self._shuffle()
        if start + batch_size <= self._num_examples:
            self._index_in_epoch += batch_size
            return self._examples[start : self._index_in_epoch]
        self._epochs_completed += 1
        rest = self._examples[start:]
        self._shuffle()
        self._index_in_epoch = batch_size - len(rest)
        return np.concatenate((rest, self._examples[: self._index_in_epoch]))

    def _shuffle(self):
        order = np.arange(self._num_examples)
        self._random.shuffle(order)
        self._examples = self._examples[order]
        self.orders.append(self._examples)


def next_batch_case(label, num_examples, batch_size, batches, seed):
    """The order of each epoch, and the resulting batches."""
    examples = DataSet(num_examples, np.random.RandomState(seed))
    found = [examples.next_batch(batch_size) for _ in range(batches)]
    return {
        "case": label,
        "num_examples": num_examples,
        "batch_size": batch_size,
        "orders": golden_format.tensors(examples.orders),
        "batches": golden_format.tensors(found),
    }


def pixel_values(pixels):
    """Pixels from 0 to 1, as `input_data` of TF1's tutorials computes them from bytes."""
    return np.multiply(pixels.astype(np.float32), 1.0 / 255.0)


def mnist_batches():
    """The value of each of the 256 pixel values, and the batches."""
    values = pixel_values(np.arange(256, dtype=np.uint8))
    cases = [next_batch_case(*what, seed=k + 1) for k, what in enumerate(NEXT_BATCHES)]
    return {
        "generator": "scripts/python/batch_cases.py",
        "pixels": {"exact": True, **golden_format.tensor(values)},
        "cases": cases,
    }


def cookbook_batches():
    """All cases of batches."""
    return {
        "generator": "scripts/python/batch_cases.py",
        "cases": [cookbook_case(*what, seed=k + 1) for k, what in enumerate(BATCHES)],
    }


def main():
    folder = programs.out_folder(__doc__)
    for document in (cookbook_text, cookbook_batches, mnist_batches):
        golden_format.write(folder, document.__name__, document())


if __name__ == "__main__":
    main()
