"""All measurements, as a table of figures and their bounds; exit code 1 when a bound is missed."""

from __future__ import annotations

import sys

from benchmarks import checking, growth, hessians, notes, printing, sympy_ratio, verifying


def main() -> int:
    missed = 0
    for module in (sympy_ratio, growth, hessians, printing, checking, verifying, notes):
        for figure in module.figures():
            print(figure, flush=True)
            missed += not figure.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
