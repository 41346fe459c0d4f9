"""Results of a real char-rnn-tensorflow folder that was trained on Sherlock Holmes."""

import os

import golden_format
import interop_values as values
import programs
from graph_mode import disable_v2
from interop_save_folders import evaluate
from name_eras import WEIGHTS

DATA_VARIABLE = "CHARLSTM_TEST_DATA"
PREFIX = "model.ckpt-14000"
CHECKPOINTS = os.path.join(programs.RESOURCES, "checkpoints")


def write(out, scratch):
    """Writes the document to `<out>/src/test/resources/checkpoints`; the folder is test data."""
    del scratch
    data = os.environ.get(DATA_VARIABLE)
    if not data:
        print(f"fixtures: sherlock skipped: set {DATA_VARIABLE} to the folder of the data")
        return
    disable_v2()
    folder = os.path.join(data, "tf1-checkpoints", "sherlock")
    text = values.read(os.path.join(programs.ROOT, CHECKPOINTS, "sherlock.txt"))
    parts = {"prefix": PREFIX}
    parts.update(evaluate(folder, WEIGHTS, text, os.path.join(folder, PREFIX)))
    golden_format.write(
        os.path.join(out, CHECKPOINTS),
        "sherlock",
        values.document("sherlock", "char-rnn-tensorflow", parts),
    )
