"""The numeric check of a derivation: milliseconds over the plain SymPy spellings."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks.sympy_ratio import problem
from benchmarks.timing import Figure, fresh, seconds
from derive import Derivation, derive
from tests.tables import spellings


def figures() -> Iterator[Figure]:
    def made(row: spellings.Row) -> Derivation:
        d = derive(*problem(row, fresh("")))
        d.result  # noqa: B018 -- the derivative is not part of the check's time
        return d

    times = [seconds(lambda row=row: made(row), lambda d: d.check(), 2) for row in spellings.ROWS[::4]]
    yield Figure("one numeric check, median ms", 1e3 * statistics.median(times), 1)
    yield Figure("one numeric check, 95th percentile ms", 1e3 * sorted(times)[int(0.95 * len(times))])


if __name__ == "__main__":
    for figure in figures():
        print(figure)
