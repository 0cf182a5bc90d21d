"""Second derivatives beside first ones: closed forms over gradients, and how a Hessian-vector product grows."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

from benchmarks.growth import SIZES, layers
from benchmarks.timing import Figure, fresh, seconds
from derive import Node, derive, hvp, matrix, tanh, vector
from derive import sum as total
from tests.tables import ALL, reading
from tests.tables.row import Row

Problem = tuple[Node, Node, Node]


def by_input(n: int) -> Problem:
    """The Hessian-vector product of 1^T tanh(W_n ... tanh(W_1 x)) by x along v."""
    y = x = vector(fresh("x"), "n")
    for _ in range(n):
        y = tanh(matrix(fresh("W"), "n", "n") * y)
    return total(y), x, vector(fresh("v"), "n")


def by_weights(n: int) -> Problem:
    """The same by the first matrix, along a matrix."""
    f, w = layers(n)
    return f, w, matrix(fresh("V"), "n", "n")


def figures() -> Iterator[Figure]:
    rows = [
        row for table in ("hessians", "magnus", "textbook", "wikipedia") for row in ALL[table] if row.kind == "hessian"
    ]
    ratios = [_time(row, 2) / _time(row, 1) for row in rows]
    detail = f"{len(rows)} rows of the tables"
    yield Figure("a Hessian's closed form / its gradient, median", statistics.median(ratios), 10, detail=detail)
    yield Figure(
        "a Hessian's closed form / its gradient, 9 of 10", statistics.quantiles(ratios, n=10)[-1], detail=detail
    )
    for make, by in ((by_input, "x"), (by_weights, "W_1")):
        times = {n: seconds(lambda n=n, make=make: make(n), lambda p: hvp(*p).result, 9) for n in SIZES}  # type: ignore[misc]
        power = math.log(times[64] / times[4]) / math.log(16)
        yield Figure(
            f"growth exponent of time, n layers' Hessian-vector product by {by}", power, 1.3,
            detail=f"{1e3 * times[64]:.2f} ms at 64",
        )  # fmt: skip


def _time(row: Row, order: int) -> float:
    f, x = reading.function(row), reading.variable(row)
    return seconds(lambda: None, lambda _: derive(f, x, order=order).result, 5)


if __name__ == "__main__":
    for figure in figures():
        print(figure)
