"""What a real char-rnn-tensorflow folder gives, trained by somebody on Sherlock Holmes."""

import os

import golden_format
import interop_values as values
from graph_mode import disable_v2
from interop_save_folders import evaluate
from name_eras import WEIGHTS

DATA_VARIABLE = "CHARLSTM_TEST_DATA"
PREFIX = "model.ckpt-14000"
RESOURCES = os.path.join("src", "test", "resources", "checkpoints")
TEXT = os.path.join(values.ROOT, RESOURCES, "sherlock.txt")


def write(out, scratch):
    """The document, to `<out>/src/test/resources/checkpoints`; the folder itself is not ours."""
    del scratch
    data = os.environ.get(DATA_VARIABLE)
    if not data:
        print(f"fixtures: sherlock skipped: {DATA_VARIABLE} does not name the folder of the data")
        return
    disable_v2()
    folder = os.path.join(data, "tf1-checkpoints", "sherlock")
    with open(TEXT, encoding="ascii", newline="") as file:
        text = file.read()
    parts = {"prefix": PREFIX}
    parts.update(evaluate(folder, WEIGHTS, text, os.path.join(folder, PREFIX)))
    golden_format.write(
        os.path.join(out, RESOURCES),
        "sherlock",
        values.document("sherlock", "char-rnn-tensorflow", parts),
    )
