"""Checking notes: seconds for a document of 200 claims, where they go, and how they grow with the document."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.timing import Figure, seconds
from derive.nodes import Node
from derive.notes import check_notes
from derive.notes.claims import collect
from derive.notes.documents import fragments
from derive.verdict import verify

_serial = count(2)  # a number in every claim that no claim before had: no cache of answers helps

RIGHT = [
    r"\nabla_x \left(@ x^\top A x\right) = @ (A + A^\top) x",
    r"\frac{\partial}{\partial X} \operatorname{tr}(@ A X B) = @ A^\top B^\top",
    r"\frac{\partial}{\partial w} \frac{1}{@} \|X w - y\|^2 = \frac{2}{@} X^\top (X w - y)",
    r"\frac{\partial @ \log\det X}{\partial X} = @ X^{-\top}",
    r"\frac{d}{dt} \sin(@ t) = @ \cos(@ t)",
    r"\nabla_{\mathbf{x}} \|@ \mathbf{x}\|_2^2 = 2 \cdot @ \cdot @ \mathbf{x}",
    r"\frac{\partial @ A \mathbf{x}}{\partial \mathbf{x}} = @ A",
    r"\mathrm{d} \operatorname{tr}(@ X^\top X) = 2 \cdot @ \operatorname{tr}(X^\top \mathrm{d} X)",
]
WRONG = [
    r"\nabla_x \left(@ x^\top A x\right) = @ A x",
    r"\frac{\partial}{\partial w} \frac{1}{@} \|X w - y\|^2 = \frac{1}{@} X^\top (X w - y)",
]
HEADER = r"""# Notes

For $x, w \in \mathbb{R}^n$, $y \in \mathbb{R}^m$ let $A$ be an $n \times n$ matrix.

"""


def document(claims: int) -> str:
    """A note of so many claims; every tenth is wrong."""
    formulas = (
        WRONG[(k // 10) % len(WRONG)] if k % 10 == 9 else RIGHT[(k - k // 10) % len(RIGHT)] for k in range(claims)
    )
    return HEADER + "\n\n".join(
        f"So $@ > 0$ gives\n$$\n{formula}\n$$".replace("@", str(next(_serial))) for formula in formulas
    )


def written(folder: Path, claims: int) -> Path:
    path = folder / f"{next(_serial)}.md"
    path.write_text(document(claims), encoding="utf-8")
    return path


def checked(path: Path) -> None:
    report = check_notes(path)
    right, wrong = len(report.with_status("correct")), len(report.wrong)
    if right != 9 * wrong:
        raise SystemExit(f"{path}: {right} claims are right and {wrong} wrong\n{report.text(everything=True)}")


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_notes(written(folder, 20))  # imports and compiled kernels are not part of the cost
        yield from _costs(folder)
        times = {n: seconds(partial(written, folder, n), checked, 1) for n in (50, 100, 200, 400)}
        yield Figure("notes of 200 claims, s on one core", times[200], 5)
        yield from (Figure(f"notes of {n} claims, ms per claim", 1e3 * t / n) for n, t in times.items())
        yield Figure("growth: 400 claims over 100, ideal 4", times[400] / times[100], 6)


def _costs(folder: Path) -> Iterator[Figure]:
    """Where the time of 100 claims goes."""
    path = written(folder, 100)
    spent = {"verify": 0.0}

    def timed(function: Node, wrt: Node, claim: Node) -> Any:
        start = time.process_time()
        try:
            return verify(function, wrt, claim)
        finally:
            spent["verify"] += time.process_time() - start

    split = seconds(lambda: path, fragments)
    found = seconds(lambda: path, lambda p: collect(fragments(p)))
    start = time.process_time()
    check_notes(path, verify=timed)
    whole = time.process_time() - start
    yield Figure("cost of 100 claims: document to fragments, ms", 1e3 * split)
    yield Figure("cost of 100 claims: fragments to claims, ms", 1e3 * max(0.0, found - split))
    yield Figure("cost of 100 claims: posing and reading, ms", 1e3 * max(0.0, whole - found - spent["verify"]))
    yield Figure("cost of 100 claims: verifying, with diagnoses, ms", 1e3 * spent["verify"])


if __name__ == "__main__":
    for figure in figures():
        print(figure)
