"""The books' training data in batches, cut and ordered as charlstm does."""

import gzip
import hashlib
import os
import re
import zlib

import numpy as np

import batch_cases
from anna_model import generate_character_batches
from charlstm_random import epoch_order

# Gutenberg's marks around the works of an edition
START = re.compile(r"^\*\*\* ?START OF TH(IS|E) PROJECT GUTENBERG EBOOK[^*]*\*\*\*.*\n", re.M)
END = re.compile(r"^\*\*\* ?END OF TH(IS|E) PROJECT GUTENBERG EBOOK", re.M)
HEAD = 20000  # characters in which the first mark is
# The edition of the cookbook, which drops so many characters: s_text = s_text[7675:]
BOOKS_EDITION = "Posting Date: September 1, 2011"
BOOKS_HEADER = 7675
VALIDATION_IMAGES = 5000  # set aside by `read_data_sets`
CLASSES = 10


class DataError(Exception):
    """Data that cannot be trained on: what was expected, what was found, where."""


def read_text(path):
    """A text in UTF-8 without its byte order mark; every line ends with a newline character."""
    with open(path, encoding="utf-8-sig") as file:
        try:
            return file.read()
        except UnicodeDecodeError as failure:
            raise DataError(f"{path}: expected a text in UTF-8: {failure}") from failure


def digest(content):
    """Names the data of a run, so that it does not go on with others."""
    return hashlib.sha256(content).hexdigest()


def works(text):
    """Shakespeare's works in an edition of Gutenberg's; any other text as it is."""
    start = START.search(text[:HEAD])
    if start is None:
        return text
    if BOOKS_EDITION in text[: start.end()]:
        # The book counts in the file as published, with a byte order mark.
        return ("\ufeff" + text.replace("\n", "\r\n"))[BOOKS_HEADER:]
    end = END.search(text, start.end())
    return text[start.end() : end.start() if end else None]


class AnnaBatches:
    """Every character of a text is a symbol; each epoch has the same windows in the same order."""

    def __init__(self, path, batch_size, num_steps, seed):
        del seed
        text = read_text(path)
        self.digest = digest(text.encode())
        vocabulary = {character: number for number, character in enumerate(sorted(set(text)))}
        encoded = np.array([vocabulary[character] for character in text], dtype=np.int32)
        if len(encoded) < batch_size * num_steps:
            raise DataError(
                f"{path}: expected at least {batch_size * num_steps} characters, one batch,"
                f" found {len(encoded)}"
            )
        self.symbols = len(vocabulary)
        self._windows = list(generate_character_batches(encoded, batch_size, num_steps))

    def __len__(self):
        return len(self._windows)

    def get(self, epoch, index):
        """Inputs and targets of one batch, both counted from 0."""
        del epoch
        return self._windows[index]


class CookbookBatches:
    """The cookbook's cleaned characters; each epoch shuffles the windows."""

    def __init__(self, path, batch_size, num_steps, seed):
        cleaned = batch_cases.clean(works(read_text(path)))
        self.digest = digest(cleaned.encode())
        if not cleaned:
            raise DataError(f"{path}: nothing is left of the text once it is cleaned")
        vocabulary = batch_cases.character_numbers(cleaned)
        encoded = np.array([vocabulary[character] for character in cleaned], dtype=np.int32)
        self.symbols = len(vocabulary)
        self._inputs, self._targets = batch_cases.cookbook_windows(encoded, batch_size, num_steps)
        self._seed = seed

    def __len__(self):
        return len(self._inputs)

    def get(self, epoch, index):
        """Inputs and targets of one batch, both counted from 0."""
        part = epoch_order(self._seed, epoch, len(self))[index]
        return self._inputs[part], self._targets[part]


class Images:
    """Images of digits and their labels."""

    def __init__(self, pixels, labels):
        self._pixels, self._labels = pixels, labels

    def __len__(self):
        return len(self._labels)

    @property
    def digest(self):
        """Names the images and labels."""
        return digest(self._pixels.tobytes() + self._labels.tobytes())

    @property
    def shape(self):
        """Rows and columns of an image."""
        return self._pixels.shape[1:]

    def part(self, start, end):
        """The images from `start` to before `end`."""
        return Images(self._pixels[start:end], self._labels[start:end])

    def batch(self, indices):
        """Pixels from 0 to 1, a row for each of these images, and one-hot rows of their labels."""
        images = batch_cases.pixel_values(self._pixels[indices])
        return images.reshape(len(indices), -1), np.eye(CLASSES)[self._labels[indices]]


def _read_idx(folder, name):
    """The values of a file of MNIST, unpacked or not; the last byte of its number is the rank."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        path += ".gz"
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        try:
            content = file.read()
            rank = content[3]
            shape = np.frombuffer(content, ">i4", rank, offset=4)
            return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
        except (EOFError, IndexError, ValueError, zlib.error) as failure:
            raise DataError(f"{path}: expected a file of MNIST: {failure}") from failure


def _read_images(folder, part):
    return Images(
        _read_idx(folder, f"{part}-images-idx3-ubyte"),
        _read_idx(folder, f"{part}-labels-idx1-ubyte"),
    )


class ImageBatches:
    """The images to train on, in another order in each epoch, and those to test on.

    A batch in which an epoch ends is completed from the next one (`next_batch` of the tutorial).
    """

    def __init__(self, folder, batch_size, seed, holdout=0):
        if holdout:
            images = _read_images(folder, "t10k")
            self._training = images.part(0, len(images) - holdout)
            self.test = images.part(len(images) - holdout, len(images))
        else:
            images = _read_images(folder, "train")
            first = VALIDATION_IMAGES if len(images) > VALIDATION_IMAGES else 0
            self._training = images.part(first, len(images))
            self.test = _read_images(folder, "t10k")
        if len(self._training) < batch_size:
            raise DataError(
                f"{folder}: expected at least {batch_size} images to train on, a batch,"
                f" found {len(self._training)}"
            )
        self.digest = digest((self._training.digest + self.test.digest).encode())
        self._batch_size, self._seed = batch_size, seed

    def epoch(self, step):
        """The epoch, from 0, of the last image of a step's batch; steps count from 1."""
        return (step * self._batch_size - 1) // len(self._training)

    def get(self, step):
        """Images and labels of a step."""
        first = (step - 1) * self._batch_size
        places = (divmod(first + k, len(self._training)) for k in range(self._batch_size))
        orders = ((self._order(epoch), place) for epoch, place in places)
        return self._training.batch([order[place] for order, place in orders])

    def _order(self, epoch):
        return epoch_order(self._seed, epoch, len(self._training))
