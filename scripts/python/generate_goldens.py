"""Writes the goldens of the installed TensorFlow: `generate_goldens.py --out DIR`.

Each program runs in its own process, as many at once as there are processors.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import tensorflow as tf

import golden_format
import programs

PROGRAMS = (
    "random_training.py",  # the longest first
    "cell_cases.py",
    "random_cases.py",
    "anna_small.py",
    "initializers.py",
    "optimizers.py",
    "regularizers.py",
    "learning_rate_decay.py",
    "exponential_moving_average.py",
    "language_models.py",
    "dropout_seeds.py",
    "sequence_ops.py",
    "batch_cases.py",
    "saver_files.py",
)
CONTRIB_VERSION = "1.15.5"
CONTRIB_PROGRAMS = (
    "contrib_attention.py",
    "contrib_seq2seq.py",
    "legacy_seq2seq.py",
    "contrib_block_cells.py",
    "contrib_weight_decay.py",
)


def main():
    folder = programs.out_folder(__doc__)
    contrib = tf.__version__ == CONTRIB_VERSION
    if not contrib:
        programs.require_tensorflow(golden_format.TENSORFLOW_VERSION, tf.__version__)

    def run(program):
        print(f"goldens: {program}", flush=True)
        programs.run(program, "--out", folder, log_level=2, check=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(run, CONTRIB_PROGRAMS if contrib else PROGRAMS):
            pass  # the loop raises what a program raised


if __name__ == "__main__":
    main()
