"""Collects the cases of one golden file."""

from case_runner import Case, RandomValues, require_agreement
from cells import has_dropout

DEPTH = 3


class Family:
    """Collects the cases of one file."""

    def __init__(self):
        self.cases = []

    def add(self, name, cell, loop, steps=3, batch=2, depth=DEPTH, values_of=None, **options):
        """One case. Cases with the same `values_of` have the same inputs."""
        shape = [steps, batch, depth] if loop.get("time_major") else [batch, steps, depth]
        case = Case(cell, loop, shape, RandomValues(values_of or name), **options)
        self.cases.append(case.golden(name))
        return case

    def add_both(self, name, cell, loop_options=None, **options):
        """The same case unrolled and in a while loop."""
        loops = {"static": "static_rnn", "dynamic": "dynamic_rnn"}
        return self._add_pair(name, cell, loops, loop_options or {}, options)

    def add_bidirectional(self, name, forward, backward, loop_options=None, **options):
        """The same case in both bidirectional loops."""
        loops = {"static": "static_bidirectional_rnn", "dynamic": "bidirectional_dynamic_rnn"}
        loop_options = {"cell_bw": backward, **(loop_options or {})}
        return self._add_pair(name, forward, loops, loop_options, options)

    def _add_pair(self, name, cell, loops, loop_options, options):
        pair = [
            self.add(
                f"{name}.{kind}", cell, {"kind": loop, **loop_options}, values_of=name, **options
            )
            for kind, loop in loops.items()
        ]
        # Unrolled, each step has its own random operation, so the masks differ from the loop's.
        if not has_dropout(cell):
            require_agreement(*pair)
        return pair
