"""Second derivatives beside first ones: how many gradients the time of a Hessian's closed form is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks.timing import Figure, seconds
from derive import derive
from tests.tables import ALL, reading
from tests.tables.row import Row


def figures() -> Iterator[Figure]:
    rows = [row for table in ("magnus", "textbook", "wikipedia") for row in ALL[table] if row.kind == "hessian"]
    ratios = [_time(row, 2) / _time(row, 1) for row in rows]
    detail = f"{len(rows)} rows of the tables"
    yield Figure("a Hessian's closed form / its gradient, median", statistics.median(ratios), 10, detail=detail)


def _time(row: Row, order: int) -> float:
    f, x = reading.function(row), reading.variable(row)
    return seconds(lambda: None, lambda _: derive(f, x, order=order).result, 5)


if __name__ == "__main__":
    for figure in figures():
        print(figure)
