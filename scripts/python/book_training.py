"""Training steps of the books' models: what a step reads, and what is measured."""

import time

import book_models
from book_data import CLASSES, ImageBatches

TEST_BATCH = 500


class _Training:
    """A model in its session. `state` is what the cells hand on from step to step."""

    def __init__(self, batches, model):
        self._batches = batches
        self._model = model
        self._session = None
        self.state = ()

    @property
    def data(self):
        """Names the data."""
        return self._batches.digest

    def begin(self, session, folder):
        """Goes on from the folder's newest checkpoint; returns the steps that are done."""
        self._session = session
        step, self.state = folder.restore(session, self.state)
        return step

    def _step(self, feeds, *others):
        """Trains; the loss, the norm and the seconds, and the other tensors' values."""
        start = time.perf_counter()
        loss, norm, _, *values = self._session.run(
            [self._model.loss, self._model.global_norm, self._model.train, *others], feeds
        )
        seconds = time.perf_counter() - start
        return {"loss": loss, "global_norm": norm, "seconds": seconds}, values


class TextTraining(_Training):
    """Training on the windows of a text; each epoch begins with a state of zeros."""

    def __init__(self, model, batches, settings):
        super().__init__(batches, model(batches.symbols, settings))
        self._settings = settings
        self._zeros = None
        all_epochs = settings.epochs * len(batches)
        self.last_step = min(settings.steps or all_epochs, all_epochs or settings.steps)

    def begin(self, session, folder):
        self._zeros = self.state = session.run(self._model.initial_state)
        return super().begin(session, folder)

    def run(self, step):
        """Does one step, counted from 1; returns its line of metrics."""
        epoch, index = divmod(step - 1, len(self._batches))
        if index == 0:
            self.state = self._zeros
        inputs, targets = self._batches.get(epoch, index)
        feeds = {
            self._model.inputs: inputs,
            self._model.targets: targets,
            self._model.initial_state: self.state,
        }
        if self._model.keep_prob is not None:
            feeds[self._model.keep_prob] = self._settings.keep_prob
        metrics, (self.state,) = self._step(feeds, self._model.final_state)
        return {"step": step, "epoch": epoch + 1, **metrics}


class ImageTraining(_Training):
    """Training on images. The accuracy is that of the batch that the step is about to train on."""

    def __init__(self, folder, settings, holdout):
        batches = ImageBatches(folder, settings.batch_size, settings.seed, holdout)
        model = book_models.RowClassifier(batches.test.shape, CLASSES, settings)
        super().__init__(batches, model)
        self._settings = settings
        self.last_step = settings.steps

    def run(self, step):
        """Does one step, counted from 1; returns its line of metrics."""
        every = self._settings.measure_every
        batch = self._batches.get(step)
        measured = {}
        if every and step % every == 0:
            measured["accuracy"] = self._accuracy(batch)
        metrics, _ = self._step(self._feeds(batch, self._settings.keep_prob))
        if step == self.last_step:
            measured["test_accuracy"] = self._test_accuracy()
        return {"step": step, "epoch": self._batches.epoch(step), **metrics, **measured}

    def _feeds(self, batch, keep_prob):
        return {
            self._model.inputs: batch[0],
            self._model.labels: batch[1],
            self._model.keep_prob: keep_prob,
        }

    def _accuracy(self, batch):
        return self._session.run(self._model.accuracy, self._feeds(batch, 1.0))

    def _test_accuracy(self):
        images, right = self._batches.test, 0
        for start in range(0, len(images), TEST_BATCH):
            part = range(start, min(start + TEST_BATCH, len(images)))
            right += round(float(self._accuracy(images.batch(list(part)))) * len(part))
        return right / len(images)
