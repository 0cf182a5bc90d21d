"""Reading a formula and judging a claim, and how often the diagnosis of a generated mistake names it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks.timing import Figure, seconds
from derive import verify
from derive.errors import DeriveError
from derive.nodes import Node
from derive.read import read
from tests.read.expected import rows
from tests.tables import reading
from tests.tables.row import Row
from tests.test_mistakes import ROWS, verdicts


def figures() -> Iterator[Figure]:
    texts = [(text, where) for _, where, text, _ in rows() if _readable(text, where)]
    times = [seconds(lambda: None, lambda _, t=t, w=w: read(t, w), 2) for t, w in texts]
    yield Figure("reading a formula, median ms", 1e3 * statistics.median(times), 1, detail=f"{len(texts)} formulas")
    problems: list[Row] = [param.values[0] for param in ROWS]
    posed = [(reading.function(r), reading.variable(r), reading.book(r)) for r in problems]
    times = [seconds(lambda: None, lambda _, p=p: verify(*p), 2) for p in posed]
    yield Figure("judging a right claim, median ms", 1e3 * statistics.median(times), 10, detail=f"{len(posed)} claims")
    judged = [(m, v) for r in problems for m, v in verdicts(r)]
    pairs = list(_first_mistakes(problems))
    times = [seconds(lambda: None, lambda _, p=p: verify(*p), 1) for p in pairs]
    yield Figure("judging a wrong claim with its diagnosis, median ms", 1e3 * statistics.median(times))
    accepted = sum(v.status != "wrong" for _, v in judged)
    yield Figure("generated mistakes that were not called wrong", accepted, 0, detail=f"of {len(judged)}")
    named = sum(v.diagnosis is not None and v.diagnosis.kind in m.kinds for m, v in judged)
    yield Figure("generated mistakes named right, share", named / len(judged), 0.95, at_least=True)


def _readable(text: str, where: dict[str, str]) -> bool:
    try:
        read(text, where)
    except DeriveError:
        return False
    return True


def _first_mistakes(problems: list[Row]) -> Iterator[tuple[Node, Node, Node]]:
    for r in problems:
        for m, _ in verdicts(r)[:1]:
            yield reading.function(r), reading.variable(r), m.claim


if __name__ == "__main__":
    for figure in figures():
        print(figure)
