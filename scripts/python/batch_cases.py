"""Goldens of training data: `batch_cases.py --out DIR`.

Writes cookbook_text, cookbook_batches, mnist_batches and ptb_words: the cleaning, vocabularies and
batches of the TensorFlow Machine Learning Cookbook's chapter 9 with Python's own regular
expressions, Counter and NumPy; the pixels and batches of TF1's MNIST tutorial data; and the words
and batches of TF1's tutorial of language models.

`batch_cases.py --ptb FOLDER` prints instead what the words of Penn Treebank are: for a folder with
ptb.train.txt, ptb.valid.txt and ptb.test.txt, whose text may not be kept here.
"""

import collections
import hashlib
import json
import os
import re
import string
import sys

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


PTB_TEXTS = (
    ("counts and ties", " b a <unk> \n c b N \n a c b \n", " a d c \n"),
    ("white space", "one\ttwo \n \n two\u00a0three\u2003 \n x", "three \n two"),
    ("code points", " \uff5e \U00010400 \uff5e \U00010400 z Z \n", " Z \n"),
)

# (case, number of words, batch_size, num_steps)
PTB_BATCHES = (
    ("even", 41, 4, 3),
    ("words left over", 103, 5, 4),
    ("one row, one step", 7, 1, 1),
    ("one batch", 8, 2, 3),
)


def ptb_words(text):
    """A text's words, a word for the end of each line among them."""
    return text.replace("\n", "<eos>").split()


def ptb_vocabulary(text):
    """Words by descending count, then by themselves."""
    counts = collections.Counter(ptb_words(text))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(ranked)}


def ptb_numbers(text, numbers):
    """The numbers of a text's words; words that have none are left out."""
    return [numbers[word] for word in ptb_words(text) if word in numbers]


def ptb_windows(numbers, batch_size, num_steps):
    """The inputs and targets of an epoch's batches."""
    columns = len(numbers) // batch_size
    rows = np.reshape(numbers[: batch_size * columns], [batch_size, columns])
    starts = [num_steps * index for index in range((columns - 1) // num_steps)]
    return (
        [rows[:, start : start + num_steps] for start in starts],
        [rows[:, start + 1 : start + num_steps + 1] for start in starts],
    )


def ptb_text_case(label, training, other):
    """A text's vocabulary and numbers, and the numbers of another text."""
    numbers = ptb_vocabulary(training)
    return {
        "case": label,
        "training": training,
        "other": other,
        "words": list(numbers),
        "numbers": ptb_numbers(training, numbers),
        "other_numbers": ptb_numbers(other, numbers),
    }


def ptb_batch_case(label, count, batch_size, num_steps):
    """The batches of the numbers from 0."""
    inputs, targets = ptb_windows(np.arange(count), batch_size, num_steps)
    return {
        "case": label,
        "count": count,
        "batch_size": batch_size,
        "num_steps": num_steps,
        "inputs": golden_format.tensors(inputs),
        "targets": golden_format.tensors(targets),
    }


def ptb_cases():
    """Texts, and batches."""
    return {
        "generator": "scripts/python/batch_cases.py",
        "texts": [ptb_text_case(*what) for what in PTB_TEXTS],
        "batches": [ptb_batch_case(*what) for what in PTB_BATCHES],
    }


def print_ptb(folder):
    """The facts of Penn Treebank's files, in JSON: counts, first numbers, SHA-256 of all numbers."""
    texts = {}
    for part in ("train", "valid", "test"):
        with open(os.path.join(folder, f"ptb.{part}.txt"), encoding="utf-8") as file:
            texts[part] = file.read()
    numbers = ptb_vocabulary(texts["train"])
    facts = {"words": len(numbers)}
    for part, text in texts.items():
        encoded = ptb_numbers(text, numbers)
        facts[part] = {
            "tokens": len(encoded),
            "first": encoded[:12],
            "sha256_of_int32": hashlib.sha256(np.asarray(encoded, "<i4").tobytes()).hexdigest(),
        }
    print(json.dumps(facts, indent=2))


def cookbook_batches():
    """All cases of batches."""
    return {
        "generator": "scripts/python/batch_cases.py",
        "cases": [cookbook_case(*what, seed=k + 1) for k, what in enumerate(BATCHES)],
    }


def main():
    if sys.argv[1:2] == ["--ptb"] and len(sys.argv) == 3:
        print_ptb(sys.argv[2])
        return
    folder = programs.out_folder(__doc__)
    for document in (cookbook_text, cookbook_batches, mnist_batches):
        golden_format.write(folder, document.__name__, document())
    golden_format.write(folder, "ptb_words", ptb_cases())


if __name__ == "__main__":
    main()
