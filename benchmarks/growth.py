"""How time and memory grow with the size of the expression: chains of layers, shared subexpressions, traces."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Iterator

from benchmarks.timing import Figure, fresh, seconds
from derive import Node, derive, hadamard, matrix, sum, tanh, tr, vector

Problem = tuple[Node, Node]
SIZES = (4, 8, 16, 32, 64)


def layers(n: int) -> Problem:
    """1^T tanh(W_n tanh(... tanh(W_1 x))) by W_1."""
    weights = [matrix(fresh("W"), "n", "n") for _ in range(n)]
    y = vector(fresh("x"), "n")
    for w in weights:
        y = tanh(w * y)
    return sum(y), weights[0]


def sharing(n: int) -> Problem:
    """y <- (1^T y) y, n times: a tree of 2^n leaves in n nodes."""
    x = y = vector(fresh("x"), "n")
    for _ in range(n):
        y = sum(y) * y
    return sum(y), x


def residual(n: int) -> Problem:
    """y <- y o tanh(A y) + x, n times: every layer uses the one before twice, and x."""
    x = y = vector(fresh("x"), "n")
    a = matrix(fresh("A"), "n", "n")
    for _ in range(n):
        y = hadamard(y, tanh(a * y)) + x
    return sum(y), x


def woven(n: int) -> Problem:
    """y <- (1^T y) tanh(y), n times: its k-th scalar is a product of k factors, so that building it makes n^2."""
    x = y = vector(fresh("x"), "n")
    for _ in range(n):
        y = sum(y) * tanh(y)
    return sum(y), x


def occurrences(n: int) -> Problem:
    """tr(A_1 X A_2 X ... A_n X) by X: n terms of 2n - 1 factors."""
    x = matrix(fresh("X"), "n", "n")
    p = matrix(fresh("A"), "n", "n") * x
    for _ in range(n - 1):
        p = p * matrix(fresh("A"), "n", "n") * x
    return tr(p), x


def exponent(make: Callable[[int], Problem]) -> tuple[float, float]:
    """The exponent of the time's growth from n = 4 to n = 64, and the milliseconds at 64."""
    times = {n: seconds(lambda n=n: make(n), lambda p: derive(*p).result, 9) for n in SIZES}  # type: ignore[misc]
    return math.log(times[64] / times[4]) / math.log(16), 1e3 * times[64]


def peak(run: Callable[[], object]) -> int:
    """The most bytes alive at once."""
    tracemalloc.start()
    keep = run()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del keep
    return most


def memory(make: Callable[[int], Problem]) -> float:
    """Peak memory of the derivative at n = 64 over that of building the expression."""
    derive(*make(64)).result  # noqa: B018 -- what is made once is not counted
    built: list[Problem] = []
    building = peak(lambda: built.append(make(64)))
    return peak(lambda: derive(*built[0]).result) / building


def figures() -> Iterator[Figure]:
    for make, name, bound in (
        (layers, "n layers", 1.15), (sharing, "n times y <- (1'y)y", 1.15),
        (occurrences, "n occurrences of X in a trace", 2.1),
        (residual, "n times y <- y o tanh(Ay) + x", None), (woven, "n times y <- (1'y) tanh(y)", None),
    ):  # fmt: skip
        power, at64 = exponent(make)
        yield Figure(f"growth exponent of time, {name}", power, bound, detail=f"{at64:.2f} ms at 64")
    yield Figure("1,000 layers, ms", 1e3 * seconds(lambda: layers(1000), lambda p: derive(*p).result, 1))
    for make, name in ((layers, "n layers"), (sharing, "n times y <- (1'y)y")):
        yield Figure(f"peak memory / building at n = 64, {name}", memory(make), 3)
    yield Figure("peak memory / building at n = 64, n times y <- y o tanh(Ay) + x", memory(residual))


if __name__ == "__main__":
    for figure in figures():
        print(figure)
