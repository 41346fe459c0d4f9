"""Writes all goldens: `generate_goldens.py --out DIR`. Each program runs in its own process."""

import tensorflow as tf

import golden_format
import programs

PROGRAMS = (
    "cell_cases.py",
    "random_cases.py",
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
    programs.require_tensorflow(golden_format.TENSORFLOW_VERSION, tf.__version__)
    for program in PROGRAMS:
        print(f"goldens: {program}", flush=True)
        programs.run(program, "--out", folder, log_level=2, check=True)


if __name__ == "__main__":
    main()
