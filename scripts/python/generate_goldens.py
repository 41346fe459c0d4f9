"""Writes the goldens of the installed TensorFlow: `generate_goldens.py --out DIR`.

Each program runs in its own process.
"""

import tensorflow as tf

import golden_format
import programs

PROGRAMS = (
    "cell_cases.py",
    "random_cases.py",
    "random_training.py",
    "anna_small.py",
    "initializers.py",
    "optimizers.py",
    "regularizers.py",
    "learning_rate_decay.py",
    "dropout_seeds.py",
    "sequence_ops.py",
    "batch_cases.py",
    "saver_files.py",
)


def main():
    folder = programs.out_folder(__doc__)
    contrib = tf.__version__ == CONTRIB_VERSION
    if not contrib:
        programs.require_tensorflow(golden_format.TENSORFLOW_VERSION, tf.__version__)
    for program in CONTRIB_PROGRAMS if contrib else PROGRAMS:
        print(f"goldens: {program}", flush=True)
        programs.run(program, "--out", folder, log_level=2, check=True)


if __name__ == "__main__":
    main()
