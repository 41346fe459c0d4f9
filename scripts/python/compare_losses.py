"""Compares a run in parts with an uninterrupted one: `compare_losses.py --whole FILE PART PART ...`

The files are `training.json` files of continue_training.py or of Java. Exit code 0 if each loss is
within 1e-4 of the uninterrupted run's at the same step, else 1.
"""

import argparse
import json
import sys

TOLERANCE = 1e-4


def read(path):
    """First step and losses."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    return document["first_step"], document["losses"]


def difference(whole, parts):
    """The first difference, in one line, or None."""
    first, losses = whole
    step, largest = first, 0.0
    for begin, part in parts:
        if begin != step:
            return f"a part begins at step {begin}, expected {step}"
        for loss in part:
            if step - first >= len(losses):
                return f"the parts continue after step {step}, where the whole run ends"
            gap = abs(loss - losses[step - first])
            if not gap <= TOLERANCE:
                return f"step {step}: {loss}, the whole run has {losses[step - first]}"
            largest, step = max(largest, gap), step + 1
    if step - first != len(losses):
        return f"the parts end at step {step}, the whole run at {first + len(losses)}"
    print(f"losses: {len(losses)} steps, largest difference {largest:.3g}")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whole", required=True, help="training.json of the uninterrupted run")
    parser.add_argument("part", nargs="+", help="training.json of each part, in order")
    arguments = parser.parse_args()
    wrong = difference(read(arguments.whole), [read(part) for part in arguments.part])
    if wrong:
        sys.exit(f"losses: {wrong}")


if __name__ == "__main__":
    main()
